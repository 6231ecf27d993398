# /// snippet
# title = "Scale the service down to two instances again"
# host = "control"
# risk = "changes"
# changes = ["api-ports", "api-processes", "api-release", "api-starts", "api-units", "balancer-files", "replicas"]
# undo = { none = "It is itself the undo of scaling up; scale up again if you must." }
# timeout = 90
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@ +: ok=[0-9]+ +changed=1 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api_2.name }}@ +: ok=[0-9]+ +changed=0 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.balancer.name }}@ +: ok=[0-9]+ +changed=2 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/scale-down.yml -e "service=api replicas=2"
