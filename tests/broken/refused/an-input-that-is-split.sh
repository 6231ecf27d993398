# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# [inputs.SERVICE]
# meaning = "the service"
# sandbox = "shop"
# ///
systemctl is-active ${SERVICE:?set it first}
