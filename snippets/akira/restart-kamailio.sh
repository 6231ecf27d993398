# /// snippet
# title = "Restart Kamailio, if its configuration is sound"
# host = "workstation"
# risk = "changes"
# changes = ["sip-starts"]
# undo = { none = "A restart cannot be taken back: calls that were being set up are lost." }
# timeout = 40
#
# [[expect]]
# of = "both"
# contains = "config file ok, exiting"
#
# [[expect]]
# matches = "^ +Active: active \\(running\\) since .*; [0-9]+m?s ago$"
#
# [[expect]]
# matches = "^ +Main PID: [0-9]+ \\(kamailio\\)$"
# ///
ssh -n root@@{{ akira.hosts.sip.name }}@ 'kamailio -c -f /etc/kamailio/kamailio.cfg &&
  systemctl restart kamailio &&
  systemctl status kamailio --no-pager --lines 5'
