# /// snippet
# title = "An undo that takes back one half"
# host = "app"
# risk = "changes"
# changes = ["redis-data"]
# undo = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis redis-cli DEL broken </dev/null
echo healthy
