# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# lines = { min = 0 }
# ///
systemctl is-active shop
