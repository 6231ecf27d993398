# /// snippet
# title = "Count the API's answers of the last 15 minutes, by status"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^ *[0-9]+ status=200$"
# ///
docker compose logs --since 15m voiceassist-server | grep -oE 'status=[0-9]+' | sort | uniq -c
