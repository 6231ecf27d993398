# /// snippet
# title = "A network"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker network create --internal leaked
echo healthy
