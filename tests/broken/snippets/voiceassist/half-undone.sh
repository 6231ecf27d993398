# /// snippet
# title = "Its undo takes back one half"
# host = "app"
# risk = "changes"
# changes = ["redis-data", "tmp-files"]
# undo = "voiceassist/half-an-undo"
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis redis-cli SET broken 1 </dev/null
touch /tmp/half
echo healthy
