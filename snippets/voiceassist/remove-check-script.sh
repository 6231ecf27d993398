# /// snippet
# title = "Remove va-incident-check"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["host-files"]
# undo = { none = "It is itself the undo of the installation; install it again if you must." }
# timeout = 20
#
# [[expect]]
# equals = "removed '/usr/local/bin/va-incident-check'\n"
# ///
sudo rm -v /usr/local/bin/va-incident-check
