# /// snippet
# title = "A variable that another block was to set"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo "healthy: $RELEASE"
