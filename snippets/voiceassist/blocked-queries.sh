# /// snippet
# title = "See which queries wait for a lock, and who holds it"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "held-sessions-ended"
# timeout = 10
#
# [[expect]]
# columns = ["waiting", "waits_for", "held_by", "holder_state"]
#
# [[expect]]
# matches = "schema-check +\\| [0-9:]+ +\\| LOCK TABLE conversations.* \\| +[0-9]+ \\| schema-change +\\| idle in transaction"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT w.pid, w.application_name AS waiting, date_trunc('second', now() - w.query_start) AS since, left(w.query, 60) AS waits_for,
         h.pid AS holder, h.application_name AS held_by, h.state AS holder_state
  FROM pg_stat_activity w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid) JOIN pg_stat_activity h ON h.pid = b.pid
  ORDER BY w.query_start" </dev/null
