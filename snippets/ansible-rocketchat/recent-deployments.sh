# /// snippet
# title = "See which release is current, and what was deployed when, on each host"
# host = "control"
# risk = "read-only"
# control = "releases-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^== @{{ ansible_rocketchat.hosts.api.name }}@\nreleases/2\\.3\\.1\n[0-9TZ:-]{20} deploy 2\\.3\\.0 ci\n[0-9TZ:-]{20} deploy 2\\.3\\.1 ci$"
#
# [[expect]]
# matches = "^== @{{ ansible_rocketchat.hosts.api_2.name }}@\nreleases/2\\.3\\.1\n[0-9TZ:-]{20} deploy 2\\.3\\.0 ci\n[0-9TZ:-]{20} deploy 2\\.3\\.1 ci$"
# ///
for host in @{{ ansible_rocketchat.hosts.api.name }}@ @{{ ansible_rocketchat.hosts.api_2.name }}@; do
  echo "== $host"
  ssh -n "root@$host" 'readlink @{{ ansible_rocketchat.hosts.api.directory }}@/current && tail -n 5 @{{ ansible_rocketchat.hosts.api.directory }}@/releases.log'
done
