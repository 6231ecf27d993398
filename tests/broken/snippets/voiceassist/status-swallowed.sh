# /// snippet
# title = "A command fails and a later one does not"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [[expect]]
# contains = "healthy"
# ///
curl -s http://localhost:1/health
echo healthy
