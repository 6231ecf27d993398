# /// snippet
# title = "A shell that shows no errors any more"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
exec 2>/dev/null
echo healthy
