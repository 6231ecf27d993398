# /// snippet
# title = "The header of an empty table matches"
# host = "app"
# risk = "read-only"
# control = "api-stopped"
# timeout = 8
# [[expect]]
# contains = "CONTAINER ID"
# ///
docker ps --filter name=voiceassist-server
