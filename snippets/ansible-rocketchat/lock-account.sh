# /// snippet
# title = "Lock an account on a host, for passwords and for keys"
# host = "control"
# risk = "changes"
# changes = ["api-files"]
# undo = "ansible-rocketchat/unlock-account"
# timeout = 20
#
# [inputs.ACCOUNT]
# meaning = "the account's name on that host"
# sandbox = "ci"
#
# [[expect]]
# matches = "^Account expires\\s*: Jan 02, 1970$"
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ "usermod --lock --expiredate 1 '${ACCOUNT:?set it first}'"
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ "chage --list '${ACCOUNT:?set it first}'"
