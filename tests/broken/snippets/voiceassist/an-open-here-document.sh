# /// snippet
# title = "A here-document is not closed"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
cat <<END
healthy
