# /// snippet
# title = "A process that systemd keeps"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
sudo systemd-run --quiet sleep 300 </dev/null
echo healthy
