# /// snippet
# title = "See which tables are read from end to end"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 10
#
# [[expect]]
# columns = ["table_name", "seq_scan", "seq_tup_read", "idx_scan", "rows"]
#
# [[expect]]
# matches = "^ users +\\| +[1-9]"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT relname AS table_name, seq_scan, seq_tup_read, idx_scan, n_live_tup AS rows
  FROM pg_stat_user_tables ORDER BY seq_tup_read DESC LIMIT 10" </dev/null
