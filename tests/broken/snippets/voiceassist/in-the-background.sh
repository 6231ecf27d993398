# /// snippet
# title = "A command fails in the background"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
curl -sf http://localhost:1/health &
wait
echo healthy
