# /// snippet
# title = "A stream that never shows what is expected"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [stream]
# within = 2
# [[expect]]
# contains = "status="
# ///
tail -f /dev/null
