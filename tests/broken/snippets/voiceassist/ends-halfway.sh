# /// snippet
# title = "It ends before its last command"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [[expect]]
# contains = "healthy"
# ///
echo healthy
exit 0
echo never
