# /// snippet
# title = "A variable that every later service gets"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo systemctl set-environment LEAKED=1
