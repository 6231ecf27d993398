# /// snippet
# title = "It wants a terminal"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "PONG"
# ///
docker compose exec redis redis-cli PING
