# /// snippet
# title = "Read the service's log of the last 15 minutes on one host"
# host = "control"
# risk = "read-only"
# control = "service-log-emptied"
# timeout = 20
#
# [[expect]]
# matches = "level=info msg=request method=GET path=/shipments status=200 ms=[0-9.]+ "
#
# [[expect]]
# lines = { min = 1, max = 60 }
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'journalctl -u "api@*" --since "15 min ago" --lines 60 --no-pager'
