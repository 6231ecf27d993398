# /// snippet
# title = "A command fails in a subshell"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
(cat /no/such/release; true)
echo healthy
