# /// snippet
# title = "It fills /dev/shm"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
head -c 80000000 /dev/zero > /dev/shm/fill
echo healthy
