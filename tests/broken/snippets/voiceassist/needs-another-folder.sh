# /// snippet
# title = "It works only in another folder"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
cat server/VERSION
echo healthy
