# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# timout = 5
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
