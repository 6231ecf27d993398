# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# paste = false
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
