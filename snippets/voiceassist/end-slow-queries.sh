# /// snippet
# title = "End queries that have run for long"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["database-sessions"]
# undo = { none = "A query that was ended has been rolled back; whoever asked it has to ask again." }
# timeout = 10
#
# [inputs.RUNNING_FOR]
# meaning = "how long a query must have run, such as 30 seconds"
# sandbox = "100 milliseconds"
#
# [[expect]]
# matches = "^ +[0-9]+ \\| schema-check +\\| .*\\| t$"
#
# [[expect]]
# contains = "(1 row)"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT pid, application_name, date_trunc('second', now() - query_start) AS duration, left(query, 60) AS query, pg_terminate_backend(pid) AS ended
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state = 'active'
    AND application_name <> 'pg_dump' AND query_start < now() - interval '${RUNNING_FOR:?set it first}'" </dev/null
