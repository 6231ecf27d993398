# /// snippet
# title = "An echo of the question matches"
# host = "app"
# risk = "read-only"
# control = "api-stopped"
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo "Is voiceassist-server healthy?"
docker ps --filter name=voiceassist-server --format '{{.Status}}'
