# /// snippet
# title = "See what runs in the database now, the longest first"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "held-sessions-ended"
# timeout = 10
#
# [[expect]]
# columns = ["pid", "application_name", "state", "duration", "slow", "query"]
#
# [[expect]]
# matches = "^ +[0-9]+ \\| schema-check +\\| active +\\| [0-9:]+ +\\| (t|f) +\\| Lock +\\| LOCK TABLE conversations"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT pid, application_name, state, date_trunc('second', now() - query_start) AS duration,
         now() - query_start > interval '@{{ voiceassist.thresholds.slow_query_seconds }}@ seconds' AS slow, wait_event_type AS waits_for, left(query, 80) AS query
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()
  ORDER BY now() - query_start DESC LIMIT 20" </dev/null
