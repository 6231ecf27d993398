# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# number = { pattern = '(\d+)' }
# ///
systemctl is-active shop
