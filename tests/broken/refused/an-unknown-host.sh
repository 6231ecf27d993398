# /// snippet
# title = "A broken snippet"
# host = "ap"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
