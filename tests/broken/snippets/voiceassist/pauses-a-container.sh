# /// snippet
# title = "A container that is paused"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose pause qdrant
echo healthy
