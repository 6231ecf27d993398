# /// snippet
# title = "The undo that takes back nothing"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["tmp-files"]
# undo = { none = "a canary" }
# silent = "rm prints nothing"
# ///
rm /tmp/left-by-a-canary
touch /tmp/left-by-the-undo
