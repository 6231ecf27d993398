# /// snippet
# title = "A blank behind the backslash at the line's end"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# lines = { min = 1 }
# ///
docker ps \ 
  --quiet
