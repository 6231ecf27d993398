# /// snippet
# title = "Count the database's connections by state"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 10
#
# [[expect]]
# columns = ["state", "connections"]
#
# [[expect]]
# matches = "^ idle +\\| +[1-9][0-9]*$"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT state, count(*) AS connections FROM pg_stat_activity
  WHERE backend_type = 'client backend' GROUP BY state ORDER BY connections DESC" </dev/null
