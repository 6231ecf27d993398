# /// snippet
# title = "See the sessions that users opened in the last hour, the newest first"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "database-emptied"
# timeout = 10
#
# [[expect]]
# columns = ["created_at", "user_id", "client_address", "user_agent", "expires_at"]
#
# [[expect]]
# matches = "\\| 198\\.51\\.100\\.[0-9]+ +\\| VoiceAssist/3\\.[0-9] \\(phone\\)"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ -c "
  SELECT created_at, user_id, client_address, user_agent, expires_at, id FROM user_sessions
  WHERE created_at > now() - interval '1 hour' ORDER BY created_at DESC" </dev/null
