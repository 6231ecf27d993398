# /// snippet
# title = "A prompt stands before the command"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
$ echo healthy
