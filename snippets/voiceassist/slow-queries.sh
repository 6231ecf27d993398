# /// snippet
# title = "List the ten queries that are slowest on average"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["calls", "total_ms", "mean_ms", "max_ms", "query"]
#
# [[expect]]
# lines = { min = 12, max = 14 }
# ///
docker compose exec -T postgres psql -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ -c \
  "SELECT calls, round(total_exec_time::numeric, 1) AS total_ms, round(mean_exec_time::numeric, 1) AS mean_ms,
     round(max_exec_time::numeric, 1) AS max_ms, left(regexp_replace(query, '\s+', ' ', 'g'), 100) AS query
   FROM pg_stat_statements
   WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   ORDER BY mean_exec_time DESC LIMIT 10" </dev/null
