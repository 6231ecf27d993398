# /// snippet
# title = "It says it only where there is a terminal"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy > /dev/tty
