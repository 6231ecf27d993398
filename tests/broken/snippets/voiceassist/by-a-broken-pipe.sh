# /// snippet
# title = "A command is cut off by the next one of its pipe"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
yes healthy | head -n 1
