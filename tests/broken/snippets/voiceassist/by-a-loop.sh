# /// snippet
# title = "A loop goes on over a failure"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
for port in 1 2; do
  curl -sf "http://localhost:$port/health"
  echo healthy
done
