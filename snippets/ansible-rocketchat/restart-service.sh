# /// snippet
# title = "Restart the service on one host"
# host = "control"
# risk = "changes"
# changes = ["api-starts"]
# undo = { none = "A restart cannot be taken back: what an instance had in memory is gone." }
# timeout = 90
#
# [[expect]]
# matches = "^TASK \\[Restart the instance\\] \\*+\nchanged: \\[@{{ ansible_rocketchat.hosts.api.name }}@\\]$"
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@ +: ok=[0-9]+ +changed=3 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/restart-service.yml -e "service=api host=@{{ ansible_rocketchat.hosts.api.name }}@"
