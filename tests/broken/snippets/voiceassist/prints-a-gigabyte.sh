# /// snippet
# title = "It prints a gigabyte"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 60
# silent = "it prints a gigabyte"
# ///
head -c 1000000000 /dev/zero
