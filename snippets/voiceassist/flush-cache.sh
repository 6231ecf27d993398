# /// snippet
# title = "Empty the Redis cache"
# host = "app"
# kind = "shell"
# risk = "destructive"
# changes = ["redis-data"]
# undo = { none = "What was cached is gone: sessions have to log in again, the rest is computed anew." }
# timeout = 20
#
# [[expect]]
# equals = "OK\n"
# ///
docker compose exec -T redis redis-cli FLUSHDB </dev/null
