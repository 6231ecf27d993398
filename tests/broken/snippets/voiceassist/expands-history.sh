# /// snippet
# title = "Pasted, it is changed by history expansion"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo "healthy !yes"
