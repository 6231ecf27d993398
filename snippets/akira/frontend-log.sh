# /// snippet
# title = "Read the frontend's log of the last 15 minutes"
# host = "workstation"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "level=info msg=request method=GET path=/ status=200 "
#
# [[expect]]
# lines = { min = 1, max = 120 }
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'docker logs --since 15m --tail 120 akira-frontend 2>&1'
