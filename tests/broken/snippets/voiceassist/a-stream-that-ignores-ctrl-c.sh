# /// snippet
# title = "A stream takes no Ctrl-C"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# [stream]
# within = 4
# [[expect]]
# contains = "healthy"
# ///
trap '' INT
while :; do
  echo healthy
  sleep 0.2
done
