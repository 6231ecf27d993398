# /// snippet
# title = "See what a restart of the service would do"
# host = "control"
# risk = "read-only"
# control = "api-stopped"
# timeout = 90
#
# [[expect]]
# matches = "^TASK \\[Restart the instance\\] \\*+\nchanged: \\[@{{ ansible_rocketchat.hosts.api.name }}@\\]$"
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@ +: ok=[0-9]+ +changed=1 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/restart-service.yml -e "service=api host=@{{ ansible_rocketchat.hosts.api.name }}@" --check --diff
