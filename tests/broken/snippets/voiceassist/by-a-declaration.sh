# /// snippet
# title = "A command fails in a declaration"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
declare release=$(cat /no/such/release)
echo "healthy, release $release"
