# /// snippet
# title = "A dash as a word processor makes it"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# lines = { min = 1 }
# ///
docker ps –quiet
