# /// snippet
# title = "Quotes as a word processor makes them"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo “healthy”
