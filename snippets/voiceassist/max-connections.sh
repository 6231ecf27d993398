# /// snippet
# title = "Compare the connections in use with the most there may be"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 10
#
# [[expect]]
# columns = ["max_connections", "reserved", "in_use"]
#
# [[expect]]
# matches = "^ @{{ voiceassist.database.max_connections }}@ +\\| +3 +\\| +[1-9][0-9]*$"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT current_setting('max_connections') AS max_connections, current_setting('superuser_reserved_connections') AS reserved,
         count(*) AS in_use FROM pg_stat_activity WHERE backend_type = 'client backend'" </dev/null
