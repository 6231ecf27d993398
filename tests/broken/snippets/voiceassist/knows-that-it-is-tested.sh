# /// snippet
# title = "It says it only where it is tested"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo "${BASH_ENV:+healthy}"
