# /// snippet
# title = "Read the API's last 50 errors of the last 30 minutes"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "level=error .*error=\"speech: no provider is configured\""
#
# [[expect]]
# lines = { min = 1, max = 50 }
# ///
docker compose logs --since 30m voiceassist-server | grep -i error | tail -50
