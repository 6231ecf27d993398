# /// snippet
# title = "Count the logins that were refused in the last hour, by address"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "database-emptied"
# timeout = 10
#
# [[expect]]
# matches = "^ 203\\.0\\.113\\.9 +\\| +1[0-9] \\|"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT client_address, count(*) AS refused, min(created_at) AS first, max(created_at) AS last FROM audit_log
  WHERE event = 'login refused' AND created_at > now() - interval '1 hour'
  GROUP BY client_address ORDER BY refused DESC LIMIT 20" </dev/null
