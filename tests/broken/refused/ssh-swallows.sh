# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# ///
ssh app.example uptime
systemctl is-active shop
