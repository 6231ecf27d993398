# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# [[allow]]
# line = 1
# status = [1]
# ///
systemctl is-active shop
