# /// snippet
# title = "See whether the service runs, on each of its hosts"
# host = "control"
# risk = "read-only"
# control = "api-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^== @{{ ansible_rocketchat.hosts.api.name }}@\n. api@1\\.service - Harbor API, instance 1\n(.*\n)+? +Active: active \\(running\\) since "
#
# [[expect]]
# matches = "^== @{{ ansible_rocketchat.hosts.api_2.name }}@\n. api@1\\.service - Harbor API, instance 1\n(.*\n)+? +Active: active \\(running\\) since "
# ///
for host in @{{ ansible_rocketchat.hosts.api.name }}@ @{{ ansible_rocketchat.hosts.api_2.name }}@; do
  echo "== $host"
  ssh -n "root@$host" 'systemctl status "api@*" --no-pager --lines 3'
done
