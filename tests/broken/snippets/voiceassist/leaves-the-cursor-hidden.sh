# /// snippet
# title = "A terminal whose cursor is hidden"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
printf '\033[?25l\nhealthy\n'
