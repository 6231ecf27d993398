# /// snippet
# title = "timeout ends the command, and nobody asks"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
timeout 1 sleep 5
echo healthy
