# /// snippet
# title = "It spins"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 1
# silent = "it spins"
# ///
while :; do :; done
