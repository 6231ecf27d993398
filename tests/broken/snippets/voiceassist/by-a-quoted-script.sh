# /// snippet
# title = "A command fails in bash -c"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
bash -c 'cat /no/such/release; echo healthy'
