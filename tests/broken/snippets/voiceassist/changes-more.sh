# /// snippet
# title = "It changes what it says, and more"
# host = "app"
# risk = "changes"
# changes = ["redis-data"]
# undo = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis redis-cli SET broken 1 </dev/null
touch /tmp/more
echo healthy
