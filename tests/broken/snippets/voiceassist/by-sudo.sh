# /// snippet
# title = "A command fails in sudo sh -c"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
sudo sh -c 'cat /no/such/release; echo healthy'
