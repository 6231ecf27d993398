# /// snippet
# title = "A branch of the work tree"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
git branch leaked
echo healthy
