# /// snippet
# title = "It says that it changes something and does not"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["redis-data"]
# undo = { none = "a canary" }
# [[expect]]
# contains = "PONG"
# ///
docker compose exec -T redis redis-cli PING </dev/null
