# /// snippet
# title = "Log every user out: empty all databases of Redis"
# host = "app"
# kind = "shell"
# risk = "destructive"
# changes = ["redis-data"]
# undo = { none = "The sessions are gone, and with them whatever else this Redis held: everybody has to log in again." }
# timeout = 20
#
# [[expect]]
# equals = "OK\n0\n"
# ///
docker compose exec -T redis redis-cli FLUSHALL </dev/null &&
  docker compose exec -T redis redis-cli DBSIZE </dev/null
