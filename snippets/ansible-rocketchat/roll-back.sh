# /// snippet
# title = "Roll back to the release before"
# host = "control"
# risk = "changes"
# changes = ["api-files", "api-release", "api-release-log", "api-starts", "api_2-files", "api_2-release", "api_2-release-log", "api_2-starts"]
# undo = "ansible-rocketchat/roll-forward"
# timeout = 120
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@ +: ok=[0-9]+ +changed=5 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api_2.name }}@ +: ok=[0-9]+ +changed=5 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/rollback.yml -e "app=api version=previous"
