# /// snippet
# title = "It works the second time"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
if [ ! -e /tmp/warm ]; then
  touch /tmp/warm
  exit 1
fi
echo healthy
