# /// snippet
# title = "A file in /var/lib"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo touch /var/lib/leaked
