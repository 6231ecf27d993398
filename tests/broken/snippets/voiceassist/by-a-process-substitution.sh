# /// snippet
# title = "A command fails in a process substitution"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
cat <(cat /no/such/release)
echo healthy
