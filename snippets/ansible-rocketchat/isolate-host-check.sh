# /// snippet
# title = "See what isolating a host would do"
# host = "control"
# risk = "read-only"
# control = "balancer-stopped"
# timeout = 90
#
# [[expect]]
# contains = "+    server @{{ ansible_rocketchat.hosts.api_2.name }}@-1 @{{ ansible_rocketchat.hosts.api_2.name }}@:@{{ ansible_rocketchat.ports.api + 1 }}@ disabled"
#
# [[expect]]
# contains = "+    type filter hook input priority -10; policy drop;"
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api_2.name }}@ +: ok=[0-9]+ +changed=2 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.balancer.name }}@ +: ok=[0-9]+ +changed=2 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/isolate.yml -e "host=@{{ ansible_rocketchat.hosts.api_2.name }}@" --check --diff
