# /// snippet
# title = "Take the replay's consumer away"
# host = "workstation"
# risk = "changes"
# changes = ["stream", "stream-consumers"]
# undo = { none = "It is itself the undo of a replay; replay again if you must." }
# timeout = 20
#
# [[expect]]
# matches = "^@{{ akira.stream.consumer }}@$"
#
# [[expect]]
# lines = { min = 1, max = 1 }
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'nats consumer rm @{{ akira.stream.name }}@ cdr_replay -f && nats consumer ls @{{ akira.stream.name }}@ --names'
