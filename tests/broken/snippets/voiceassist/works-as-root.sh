# /// snippet
# title = "It works only as root"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
grep -c root /etc/shadow
echo healthy
