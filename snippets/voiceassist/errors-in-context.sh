# /// snippet
# title = "Read the errors of the last hour, each with the five lines around it"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "level=info .*path=/api/conversations .*\n(.*\n)*.*level=error"
# ///
docker compose logs --since 1h voiceassist-server | grep -i -C 5 error
