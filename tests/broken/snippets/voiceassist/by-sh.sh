# /// snippet
# title = "A command fails in sh -c"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
sh -c 'cat /no/such/release; echo healthy'
