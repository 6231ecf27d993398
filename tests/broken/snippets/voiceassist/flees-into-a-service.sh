# /// snippet
# title = "A process that systemd keeps"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo systemd-run --quiet sleep 300
