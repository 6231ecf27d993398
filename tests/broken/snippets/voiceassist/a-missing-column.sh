# /// snippet
# title = "A column is missing"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# columns = ["NAMES", "HEALTH"]
# ///
docker ps
