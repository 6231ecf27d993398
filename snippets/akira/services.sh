# /// snippet
# title = "See on every host whether its services run"
# host = "workstation"
# risk = "read-only"
# control = "kamailio-stopped"
# timeout = 30
#
# [[expect]]
# matches = "^@{{ akira.hosts.sip.name }}@:kamailio: active$"
#
# [[expect]]
# matches = "^@{{ akira.hosts.db.name }}@:postgresql@17-main: active$"
#
# [[expect]]
# matches = "^@{{ akira.hosts.replica.name }}@:postgresql@17-main: active$"
#
# [[expect]]
# matches = "^@{{ akira.hosts.mgmt.name }}@:docker: active$"
#
# [[expect]]
# matches = "^@{{ akira.hosts.mgmt.name }}@:nats-server: active$"
#
# [[expect]]
# matches = "^@{{ akira.hosts.mgmt.name }}@:caddy: active$"
#
# [[expect]]
# matches = "^@{{ akira.hosts.mgmt.name }}@:vault: active$"
#
# [[expect]]
# lines = { min = 7, max = 7 }
# ///
for service in \
  @{{ akira.hosts.sip.name }}@:kamailio \
  @{{ akira.hosts.db.name }}@:postgresql@17-main \
  @{{ akira.hosts.replica.name }}@:postgresql@17-main \
  @{{ akira.hosts.mgmt.name }}@:docker \
  @{{ akira.hosts.mgmt.name }}@:nats-server \
  @{{ akira.hosts.mgmt.name }}@:caddy \
  @{{ akira.hosts.mgmt.name }}@:vault
do
  echo "$service: $(ssh -n "root@${service%%:*}" "systemctl is-active ${service#*:}")"
done
