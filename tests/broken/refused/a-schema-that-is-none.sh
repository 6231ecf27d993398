# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# json_schema = { type = "active" }
# ///
systemctl is-active shop
