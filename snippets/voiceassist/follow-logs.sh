# /// snippet
# title = "Follow the API's log"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "logs-emptied"
# status = [0, 130]
#
# [stream]
# within = 10
#
# [[expect]]
# matches = "level=\\w+ method=\\w+ path=\\S+ status=[0-9]{3}"
# ///
docker compose logs -f --tail=100 voiceassist-server
