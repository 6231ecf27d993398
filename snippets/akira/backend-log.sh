# /// snippet
# title = "Read the backend's log of the last 15 minutes"
# host = "workstation"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "level=info msg=request method=GET path=/api/quality status=200 "
#
# [[expect]]
# lines = { min = 1, max = 120 }
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'docker logs --since 15m --tail 120 akira-backend 2>&1'
