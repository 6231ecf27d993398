# /// snippet
# title = "A key in Redis"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis redis-cli SET leaked 1 </dev/null
echo healthy
