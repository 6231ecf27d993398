# /// snippet
# title = "A umask that shuts others out, in the reader's shell"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
umask 0777
echo healthy
