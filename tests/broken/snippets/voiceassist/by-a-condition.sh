# /// snippet
# title = "A condition takes the failure for a no"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
if curl -sf http://localhost:1/health; then
  echo up
fi
echo healthy
