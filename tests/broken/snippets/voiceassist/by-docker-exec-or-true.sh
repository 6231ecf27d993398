# /// snippet
# title = "|| true inside docker exec … sh -c"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis sh -c 'redis-cli -p 1 PING || echo healthy' </dev/null
