# /// snippet
# title = "A user of Redis"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis redis-cli ACL SETUSER leaked on </dev/null
echo healthy
