# /// snippet
# title = "It runs in a folder that is not there"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# directory = "/no/such/folder"
# [[expect]]
# contains = "healthy"
# ///
echo healthy
