# /// snippet
# title = "Isolate a host: out of the balancer, reached by nobody but the control host"
# host = "control"
# risk = "changes"
# changes = ["api_2-files", "api_2-firewall", "api_2-starts", "api_2-units", "balancer-files", "replicas"]
# undo = "ansible-rocketchat/rejoin-host"
# timeout = 90
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@ +: ok=[0-9]+ +changed=0 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api_2.name }}@ +: ok=[0-9]+ +changed=2 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.balancer.name }}@ +: ok=[0-9]+ +changed=2 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/isolate.yml -e "host=@{{ ansible_rocketchat.hosts.api_2.name }}@"
