# /// snippet
# title = "A function ends with something else than what failed"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
check() {
  curl -sf http://localhost:1/health
  echo healthy
}
check
