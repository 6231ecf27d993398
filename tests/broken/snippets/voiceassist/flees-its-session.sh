# /// snippet
# title = "A process in a session of its own"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
setsid --fork sleep 300 </dev/null >/dev/null 2>&1
echo healthy
