# /// snippet
# title = "Verify that the incident is over"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# timeout = 30
#
# [[expect]]
# contains = "\"status\": \"healthy\""
#
# [[expect]]
# matches = "^=== Errors in the last 30 minutes ===\n[0-9]+$"
#
# [[expect]]
# matches = "^voiceassist-voiceassist-server-1 .* \\(healthy\\)"
#
# [[expect]]
# matches = "^voiceassist-postgres-1 .* \\(healthy\\)"
#
# [[expect]]
# matches = "^ idle +\\| +[1-9]"
# ///
echo "=== Health ==="
curl -sS --fail-with-body http://localhost:@{{ voiceassist.ports.api }}@/health | jq .
echo "=== Errors in the last 30 minutes ==="
docker compose logs --since 30m voiceassist-server | awk '/level=error/ { errors++ } END { print errors + 0 }'
echo "=== Containers ==="
docker compose ps -a
echo "=== Database connections ==="
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT state, count(*) AS connections FROM pg_stat_activity
  WHERE backend_type = 'client backend' GROUP BY state ORDER BY connections DESC" </dev/null
