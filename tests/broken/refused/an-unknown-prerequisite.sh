# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# requires = ["shop/no-such-snippet"]
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
