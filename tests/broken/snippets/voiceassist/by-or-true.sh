# /// snippet
# title = "|| true behind the command that fails"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
curl -sf http://localhost:1/health || true
echo healthy
