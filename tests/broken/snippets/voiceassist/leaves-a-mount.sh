# /// snippet
# title = "A mount"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy
sudo mount -t tmpfs -o size=1m tmpfs /mnt
