# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "changes"
# changes = ["units"]
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
