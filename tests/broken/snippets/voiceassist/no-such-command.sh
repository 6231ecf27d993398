# /// snippet
# title = "A command that there is not"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
service-health --all
echo healthy
