# /// snippet
# title = "The traps that see failures are taken away"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
trap - DEBUG ERR
cat /no/such/release | cat
echo healthy
