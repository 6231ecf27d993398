# /// snippet
# title = "exit 0 before the last command of the line"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy; exit 0; echo never
