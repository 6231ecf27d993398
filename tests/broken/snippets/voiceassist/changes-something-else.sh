# /// snippet
# title = "It changes something else than it says"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["redis-data"]
# undo = { none = "a canary" }
# silent = "touch prints nothing"
# ///
touch /tmp/left-by-a-canary
