# /// snippet
# title = "exec puts an end to the shell"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
exec echo healthy
