# /// snippet
# title = "A command fails among the words of another"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo "healthy, release $(cat /no/such/release)"
