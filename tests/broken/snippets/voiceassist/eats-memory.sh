# /// snippet
# title = "It takes more memory than the host has"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 60
# [[expect]]
# contains = "healthy"
# ///
python3 -c 'bytes(3 << 30).replace(bytes(1), b"x")'
echo healthy
