# /// snippet
# title = "End sessions that have done nothing for long, but not the API's"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["database-sessions"]
# undo = { none = "A session that was ended is gone; whoever held it connects again." }
# timeout = 10
#
# [inputs.IDLE_FOR]
# meaning = "how long a session must have been idle, such as 10 minutes"
# sandbox = "100 milliseconds"
#
# [[expect]]
# matches = "^ +[0-9]+ \\| forgotten-terminal \\| @{{ voiceassist.database.user }}@ .*\\| t$"
#
# [[expect]]
# contains = "(1 row)"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT pid, application_name, usename, date_trunc('second', now() - state_change) AS idle, pg_terminate_backend(pid) AS ended
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state = 'idle'
    AND application_name <> 'voiceassist-server' AND state_change < now() - interval '${IDLE_FOR:?set it first}'" </dev/null
