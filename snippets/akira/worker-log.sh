# /// snippet
# title = "Read the record worker's log of the last 15 minutes"
# host = "workstation"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "level=info msg=stored call_id=\\S+ stream_sequence=[1-9][0-9]*$"
#
# [[expect]]
# lines = { min = 1, max = 120 }
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'docker logs --since 15m --tail 120 akira-cdr-worker 2>&1'
