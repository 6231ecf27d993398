# /// snippet
# title = "See whether Kamailio runs, and what it logged"
# host = "workstation"
# risk = "read-only"
# control = "kamailio-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^ +Active: active \\(running\\) since "
#
# [[expect]]
# matches = "kamailio\\[[0-9]+\\]: .*call ended: call_id=\\S+ .*status=200 pdd_ms=[0-9]+"
# ///
ssh -n root@@{{ akira.hosts.sip.name }}@ 'systemctl status kamailio --no-pager --lines 0'
ssh -n root@@{{ akira.hosts.sip.name }}@ 'journalctl -u kamailio --since "15 min ago" --no-pager --lines 80'
