# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# [[allow]]
# line = 7
# status = [1]
# reason = "broken"
# ///
systemctl is-active shop
