# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# [skip]
# reason = "broken"
# expires = 2999-01-01
# ///
systemctl is-active shop
