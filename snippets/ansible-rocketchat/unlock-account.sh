# /// snippet
# title = "Unlock an account on a host"
# host = "control"
# risk = "changes"
# changes = ["api-files"]
# undo = { none = "It is itself an undo." }
# timeout = 20
#
# [inputs.ACCOUNT]
# meaning = "the account's name on that host"
# sandbox = "ci"
#
# [[expect]]
# matches = "^Account expires\\s*: never$"
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ "usermod --unlock --expiredate '' '${ACCOUNT:?set it first}'"
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ "chage --list '${ACCOUNT:?set it first}'"
