# /// snippet
# title = "It works once"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
mkdir /run/lock/once && echo healthy
