# /// snippet
# title = "Restart all services, and wait until they are healthy"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["container-starts", "database-sessions"]
# undo = { none = "A restart cannot be taken back: connections are cut, and what was only in memory is gone." }
# timeout = 150
#
# [[expect]]
# of = "both"
# matches = "voiceassist-voiceassist-server-1 +Healthy"
#
# [[expect]]
# of = "both"
# matches = "voiceassist-postgres-1 +Healthy"
# ///
docker compose restart && docker compose up -d --wait --wait-timeout 120 --no-recreate
