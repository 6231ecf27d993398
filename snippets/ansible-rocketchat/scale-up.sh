# /// snippet
# title = "Scale the service up to three instances"
# host = "control"
# risk = "changes"
# changes = ["api-ports", "api-processes", "api-release", "api-starts", "api-units", "balancer-files", "replicas"]
# undo = "ansible-rocketchat/scale-down"
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
ansible-playbook playbooks/emergency/scale-up.yml -e "service=api replicas=3"
