# /// snippet
# title = "See whether Caddy runs, and what it logged"
# host = "workstation"
# risk = "read-only"
# control = "caddy-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^ +Active: active \\(running\\) since "
#
# [[expect]]
# matches = " caddy\\[[0-9]+\\]: \\{.*\"host\":\"@{{ akira.addresses.management }}@\".*\"status\":200"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'systemctl status caddy --no-pager --lines 0'
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'journalctl -u caddy --since "15 min ago" --no-pager --lines 120'
