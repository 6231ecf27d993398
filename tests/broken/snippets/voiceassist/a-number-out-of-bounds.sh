# /// snippet
# title = "A number is too small"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# number = { pattern = '(\d+)', min = 100 }
# ///
docker ps --quiet | wc -l
