# /// snippet
# title = "A setting of Redis"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis redis-cli CONFIG SET maxmemory-policy allkeys-lru </dev/null
echo healthy
