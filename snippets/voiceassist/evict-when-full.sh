# /// snippet
# title = "Let Redis throw out what was not used for longest, when it is full"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["redis-config"]
# undo = "voiceassist/refuse-when-full"
# timeout = 10
#
# [[expect]]
# equals = "OK\nmaxmemory-policy\nallkeys-lru\n"
# ///
docker compose exec -T redis redis-cli CONFIG SET maxmemory-policy allkeys-lru </dev/null &&
  docker compose exec -T redis redis-cli CONFIG GET maxmemory-policy </dev/null
