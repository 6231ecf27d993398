# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
