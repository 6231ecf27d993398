# /// snippet
# title = "See which queries wait for a lock, and who holds it"
# host = "control"
# risk = "read-only"
# control = "held-sessions-ended"
# timeout = 20
#
# [[expect]]
# columns = ["pid", "waiting", "since", "waits_for", "holder", "held_by", "holder_state"]
#
# [[expect]]
# matches = "stock-check +\\| [0-9:]+ +\\| LOCK TABLE shipment.* \\| +[0-9]+ \\| nightly-report +\\| idle in transaction"
# ///
ssh root@@{{ ansible_rocketchat.hosts.db.name }}@ 'sudo -u @{{ ansible_rocketchat.database.admin }}@ psql -X -v ON_ERROR_STOP=1 -d @{{ ansible_rocketchat.database.name }}@' <<'END'
SELECT w.pid, w.application_name AS waiting, date_trunc('second', now() - w.query_start) AS since, left(w.query, 60) AS waits_for,
  h.pid AS holder, h.application_name AS held_by, h.state AS holder_state
FROM pg_stat_activity w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid) JOIN pg_stat_activity h ON h.pid = b.pid
ORDER BY w.query_start;
END
