# /// snippet
# title = "It says read-only and writes a file"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [[expect]]
# contains = "written"
# ///
date > /tmp/left-by-a-canary
echo written
