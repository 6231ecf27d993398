# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# [skip]
# reason = "broken"
# owner = "the desk"
# expires = 2020-01-01
# ///
systemctl is-active shop
