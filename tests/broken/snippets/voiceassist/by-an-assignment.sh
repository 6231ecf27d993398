# /// snippet
# title = "A command fails in an assignment"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
release=$(cat /no/such/release)
echo "healthy, release $release"
