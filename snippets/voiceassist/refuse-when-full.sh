# /// snippet
# title = "Let Redis refuse to write when it is full, as before"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["redis-config"]
# undo = { none = "It is itself the undo of throwing out; switch that on again if you must." }
# timeout = 10
#
# [[expect]]
# equals = "OK\nmaxmemory-policy\nnoeviction\n"
# ///
docker compose exec -T redis redis-cli CONFIG SET maxmemory-policy noeviction </dev/null &&
  docker compose exec -T redis redis-cli CONFIG GET maxmemory-policy </dev/null
