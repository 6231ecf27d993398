# /// snippet
# title = "It sets the clock"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo unshare --time --monotonic 86400 true
