# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# changes = ["units"]
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
