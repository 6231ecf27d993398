# /// snippet
# title = "See who holds the connections"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "held-sessions-ended"
# timeout = 10
#
# [[expect]]
# columns = ["datname", "usename", "application_name", "connections"]
#
# [[expect]]
# matches = "^ @{{ voiceassist.database.name }}@ +\\| @{{ voiceassist.database.user }}@ +\\| voiceassist-server +\\| +[1-9]"
#
# [[expect]]
# matches = "^ @{{ voiceassist.database.name }}@ +\\| @{{ voiceassist.database.user }}@ +\\| forgotten-terminal +\\| +1 "
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT datname, usename, application_name, count(*) AS connections, date_trunc('second', max(now() - state_change)) AS longest_unchanged
  FROM pg_stat_activity WHERE backend_type = 'client backend'
  GROUP BY datname, usename, application_name ORDER BY connections DESC" </dev/null
