# /// snippet
# title = "See what scaling up to three instances would do"
# host = "control"
# risk = "read-only"
# control = "balancer-stopped"
# timeout = 90
#
# [[expect]]
# contains = "+    server @{{ ansible_rocketchat.hosts.api.name }}@-2 @{{ ansible_rocketchat.hosts.api.name }}@:@{{ ansible_rocketchat.ports.api + 2 }}@"
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
ansible-playbook playbooks/emergency/scale-up.yml -e "service=api replicas=3" --check --diff
