# /// snippet
# title = "Close the API's port to everybody outside of this host"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["firewall"]
# undo = "voiceassist/open-port"
# timeout = 10
#
# [[expect]]
# matches = "^-A DOCKER-USER -p tcp -m conntrack .*--ctorigdstport @{{ voiceassist.ports.api }}@ .*-j DROP"
#
# [[expect]]
# contains = "healthy"
# ///
sudo iptables -I DOCKER-USER -p tcp -m conntrack --ctorigdstport @{{ voiceassist.ports.api }}@ --ctdir ORIGINAL -j DROP &&
  sudo iptables -S DOCKER-USER &&
  curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health | jq -r .status
