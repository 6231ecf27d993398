# /// snippet
# title = "Read the API's errors of the last ten minutes"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "voiceassist-server-1 +\\| .*level=error .*status=5[0-9]{2}"
# ///
docker compose logs --since 10m voiceassist-server | grep -i error
