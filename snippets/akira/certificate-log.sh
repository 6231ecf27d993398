# /// snippet
# title = "Read what Caddy logged about certificates"
# host = "workstation"
# risk = "read-only"
# control = "caddy-log-emptied"
# timeout = 20
#
# [[expect]]
# contains = "certificate obtained successfully"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'journalctl -u caddy --no-pager --output cat --lines 20 --grep "certificate|renew|obtain|acme"'
