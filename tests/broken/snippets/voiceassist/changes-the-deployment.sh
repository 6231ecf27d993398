# /// snippet
# title = "A line in the deployment's settings"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo LEAKED=1 >> .env
echo healthy
