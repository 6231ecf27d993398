# /// snippet
# title = "It is no JSON"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# json = { status = "healthy" }
# ///
echo healthy
