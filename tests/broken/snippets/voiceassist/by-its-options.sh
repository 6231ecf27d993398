# /// snippet
# title = "set +u hides a variable that is not set"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
set +u
echo "healthy: $RELEASE"
