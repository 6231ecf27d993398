# /// snippet
# title = "Pasted, it waits in a pager"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# timeout = 6
# [[expect]]
# contains = "docker.service"
# ///
systemctl list-units --all
