# /// snippet
# title = "See which instances the balancer holds for up"
# host = "control"
# risk = "read-only"
# control = "api-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api.name }}@-1 +UP +L7OK +[0-9]+ requests at once$"
#
# [[expect]]
# matches = "^@{{ ansible_rocketchat.hosts.api_2.name }}@-1 +UP +L7OK +[0-9]+ requests at once$"
#
# [[expect]]
# matches = "^BACKEND +UP "
# ///
echo "show stat" |
  ssh root@@{{ ansible_rocketchat.hosts.balancer.name }}@ 'socat stdio /run/haproxy/admin.sock' |
  awk -F , '$1 == "api" { sub(/^\* /, "", $37); printf "%-24s %-8s %-8s %s requests at once\n", $2, $18, $37, $5 }'
