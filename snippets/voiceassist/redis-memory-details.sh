# /// snippet
# title = "See what Redis holds in memory, its limit, and what it does there"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "redis-stopped"
# timeout = 10
#
# [[expect]]
# matches = "^used_memory_human:[1-9]"
#
# [[expect]]
# contains = "maxmemory_human:64.00M"
#
# [[expect]]
# contains = "maxmemory_policy:noeviction"
# ///
docker compose exec -T redis redis-cli INFO memory </dev/null
