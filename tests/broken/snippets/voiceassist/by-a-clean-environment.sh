# /// snippet
# title = "A command fails in a shell that env -i starts"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
env -i bash -c 'cat /no/such/release; echo healthy'
