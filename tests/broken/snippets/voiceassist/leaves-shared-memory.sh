# /// snippet
# title = "A file in /dev/shm"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo healthy | tee /dev/shm/leaked
