# /// snippet
# title = "A process in a container"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -d redis sleep 300
echo healthy
