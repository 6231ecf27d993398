# /// snippet
# title = "See that the service answers through the balancer, with which release, and how many requests fail"
# host = "control"
# risk = "read-only"
# control = "balancer-stopped"
# timeout = 20
#
# [[expect]]
# contains = "{\"status\": \"ok\", \"version\": \"2.3.1\""
#
# [[expect]]
# matches = "^.\"version\": \"2\\.3\\.1\".*\"host\": \"@{{ ansible_rocketchat.hosts.api.name }}@\".$"
#
# [[expect]]
# matches = "^.\"version\": \"2\\.3\\.1\".*\"host\": \"@{{ ansible_rocketchat.hosts.api_2.name }}@\".$"
#
# [[expect]]
# number = { pattern = "([0-9.]+) percent", max = 5 }
# ///
curl -fsS --max-time 5 http://@{{ ansible_rocketchat.hosts.balancer.name }}@:@{{ ansible_rocketchat.ports.balancer }}@/healthz
for host in @{{ ansible_rocketchat.hosts.api.name }}@ @{{ ansible_rocketchat.hosts.api_2.name }}@; do
  curl -fsS --max-time 5 "http://$host:@{{ ansible_rocketchat.ports.api + 1 }}@/version"
done
ssh -n root@@{{ ansible_rocketchat.hosts.balancer.name }}@ 'journalctl -u haproxy --since "5 min ago" --output cat --no-pager' |
  awk '/^client=/ { requests++; if (/ status=5/) errors++ }
    END { printf "%d requests, %d errors, %.1f percent\n", requests, errors, requests ? 100 * errors / requests : 0; exit requests == 0 }'
