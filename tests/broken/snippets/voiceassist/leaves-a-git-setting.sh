# /// snippet
# title = "A setting of the work tree"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
git config alias.leaked status
echo healthy
