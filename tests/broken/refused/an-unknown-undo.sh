# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "changes"
# changes = ["units"]
# undo = "shop/no-such-undo"
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
