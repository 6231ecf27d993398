# /// snippet
# title = "It hangs"
# timeout = 1
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# silent = "sleep prints nothing"
# ///
sleep 300
