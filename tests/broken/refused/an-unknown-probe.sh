# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "changes"
# changes = ["unist"]
# undo = { none = "broken" }
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop
