# /// snippet
# title = "A PATH that leads nowhere, in the reader's shell"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
PATH=/nowhere
echo healthy
