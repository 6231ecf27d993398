# /// snippet
# title = "See who failed to log in on a host"
# host = "control"
# risk = "read-only"
# control = "api-journal-emptied"
# timeout = 20
#
# [[expect]]
# matches = "sshd(-session)?\\[[0-9]+\\]: Invalid user admin from [0-9.]+ port [0-9]+$"
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'journalctl --unit ssh --since "24 hours ago" --no-pager --output short-iso --grep "Invalid user|Failed|authentication failure"'
