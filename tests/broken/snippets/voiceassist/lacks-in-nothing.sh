# /// snippet
# title = "What is empty does not say error"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# lacks = "error"
# ///
docker ps --quiet --filter name=no-such-container
