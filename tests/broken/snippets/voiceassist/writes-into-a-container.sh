# /// snippet
# title = "A file in a container"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis touch /tmp/leaked </dev/null
echo healthy
