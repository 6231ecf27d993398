# /// snippet
# title = "Roll forward to the newest release again"
# host = "control"
# risk = "changes"
# changes = ["api-files", "api-release", "api-release-log", "api-starts", "api_2-files", "api_2-release", "api_2-release-log", "api_2-starts"]
# undo = { none = "It is itself the undo of a rollback; roll back again if you must." }
# timeout = 120
#
# [inputs.NEWEST]
# meaning = "the version to go forward to, from the release log, such as 2.3.1"
# sandbox = "2.3.1"
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@ +: ok=[0-9]+ +changed=5 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api_2.name }}@ +: ok=[0-9]+ +changed=5 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/rollback.yml -e "app=api version=${NEWEST:?set it first}"
