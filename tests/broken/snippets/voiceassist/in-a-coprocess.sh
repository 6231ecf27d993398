# /// snippet
# title = "A command fails in a coprocess"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
coproc cat /no/such/release
wait
echo healthy
