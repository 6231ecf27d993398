# /// snippet
# title = "A timer that goes off later"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo systemd-run --quiet --on-active=1h true
