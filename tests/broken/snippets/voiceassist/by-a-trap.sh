# /// snippet
# title = "A trap on EXIT ends the shell with another status"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
trap 'exit 0' EXIT
echo healthy
curl -sf http://localhost:1/health
