# /// snippet
# title = "See what the stream holds, and what the worker has not taken yet"
# host = "workstation"
# risk = "read-only"
# control = "worker-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^Information for Stream @{{ akira.stream.name }}@ "
#
# [[expect]]
# matches = "^ +Messages: [1-9][0-9,]*$"
#
# [[expect]]
# matches = "^Information for Consumer @{{ akira.stream.name }}@ > @{{ akira.stream.consumer }}@ "
#
# [[expect]]
# matches = "^ +Outstanding Acks: 0 out of maximum "
#
# [[expect]]
# matches = "^ +Unprocessed Messages: 0$"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'nats stream info @{{ akira.stream.name }}@'
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'nats consumer info @{{ akira.stream.name }}@ @{{ akira.stream.consumer }}@'
