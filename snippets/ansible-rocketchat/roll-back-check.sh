# /// snippet
# title = "See what a rollback would do"
# host = "control"
# risk = "read-only"
# control = "releases-emptied"
# timeout = 120
#
# [[expect]]
# contains = "-    src: releases/2.3.1\n+    src: releases/2.3.0"
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@ +: ok=[0-9]+ +changed=3 +unreachable=0 +failed=0 "
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api_2.name }}@ +: ok=[0-9]+ +changed=3 +unreachable=0 +failed=0 "
# ///
ansible-playbook playbooks/emergency/rollback.yml -e "app=api version=previous" --check --diff
