# /// snippet
# title = "The configuration matches, whatever runs"
# host = "app"
# risk = "read-only"
# control = "api-stopped"
# timeout = 8
# [[expect]]
# contains = "voiceassist-server"
# ///
docker compose config --services
