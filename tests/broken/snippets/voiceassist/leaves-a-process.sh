# /// snippet
# title = "It leaves a process behind"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [[expect]]
# contains = "started"
# ///
sleep 300 &
echo started
