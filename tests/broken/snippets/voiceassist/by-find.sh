# /// snippet
# title = "find -exec keeps the status for itself"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
find . -maxdepth 1 -name VERSION -exec grep no-such-release {} \;
echo healthy
