# /// snippet
# title = "End sessions that hold a lock and do nothing, while others wait for it"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["database-sessions"]
# undo = { none = "What the session had changed and not committed has been rolled back." }
# timeout = 10
#
# [inputs.IDLE_FOR]
# meaning = "how long a session must have been idle in its transaction, such as 1 minute"
# sandbox = "100 milliseconds"
#
# [[expect]]
# matches = "^ +[0-9]+ \\| schema-change +\\| .*\\| t$"
#
# [[expect]]
# contains = "(1 row)"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT pid, application_name, date_trunc('second', now() - state_change) AS idle, left(query, 60) AS last_query, pg_terminate_backend(pid) AS ended
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND state LIKE 'idle in transaction%' AND state_change < now() - interval '${IDLE_FOR:?set it first}'
    AND pid IN (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity)" </dev/null
