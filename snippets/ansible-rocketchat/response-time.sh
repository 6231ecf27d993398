# /// snippet
# title = "See how long the requests of the last five minutes took"
# host = "control"
# risk = "read-only"
# control = "balancer-log-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^[1-9][0-9]* requests, "
#
# [[expect]]
# number = { pattern = "95 percent within ([0-9]+) ms", max = 2000 }
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.balancer.name }}@ 'journalctl -u haproxy --since "5 min ago" --output cat --no-pager' |
  sed -n 's/^client=.* ms=\([0-9]*\) .*/\1/p' | sort -n |
  awk '{ ms[NR] = $1 }
    END { if (!NR) { print "no request"; exit 1 }
      printf "%d requests, half of them within %d ms, 95 percent within %d ms, the slowest %d ms\n", NR, ms[int((NR + 1) / 2)], ms[int(NR * 0.95 + 0.5)], ms[NR] }'
