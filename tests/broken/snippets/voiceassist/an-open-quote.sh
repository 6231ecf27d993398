# /// snippet
# title = "A quote is not closed"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo "healthy
