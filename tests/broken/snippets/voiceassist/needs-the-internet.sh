# /// snippet
# title = "It needs a server out in the world"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
curl -fsS https://status.example/
echo healthy
