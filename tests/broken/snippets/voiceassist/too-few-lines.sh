# /// snippet
# title = "There are too few lines"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# lines = { min = 50 }
# ///
docker ps --quiet
