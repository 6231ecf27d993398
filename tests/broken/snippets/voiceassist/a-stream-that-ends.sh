# /// snippet
# title = "A stream ends by itself"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# [stream]
# within = 4
# [[expect]]
# contains = "healthy"
# ///
echo healthy
