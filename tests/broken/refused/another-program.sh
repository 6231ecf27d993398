# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# ///
systemctl is-active shop@{% if environment.name == "staging" %}@ && reboot@{% endif %}@
