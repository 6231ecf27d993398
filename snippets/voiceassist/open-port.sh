# /// snippet
# title = "Open the API's port again"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["firewall"]
# undo = { none = "It is itself the undo of closing the port; close it again if you must." }
# timeout = 10
#
# [[expect]]
# lacks = "--ctorigdstport @{{ voiceassist.ports.api }}@"
# ///
sudo iptables -D DOCKER-USER -p tcp -m conntrack --ctorigdstport @{{ voiceassist.ports.api }}@ --ctdir ORIGINAL -j DROP &&
  sudo iptables -S DOCKER-USER
