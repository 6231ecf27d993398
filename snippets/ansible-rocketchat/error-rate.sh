# /// snippet
# title = "See how many of the requests of the last five minutes failed"
# host = "control"
# risk = "read-only"
# control = "balancer-log-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^[1-9][0-9]* requests, "
#
# [[expect]]
# number = { pattern = "([0-9.]+) percent", max = 5 }
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.balancer.name }}@ 'journalctl -u haproxy --since "5 min ago" --output cat --no-pager' |
  awk '/^client=/ { requests++; if (/ status=5/) errors++ }
    END { if (!requests) { print "no request"; exit 1 }
      printf "%d requests, %d errors, %.1f percent\n", requests, errors, 100 * errors / requests }'
