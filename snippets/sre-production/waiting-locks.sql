-- /// snippet
-- title = "See who waits for a lock, and who holds it"
-- host = "db"
-- risk = "read-only"
-- control = "held-sessions-ended"
-- timeout = 15
--
-- [[expect]]
-- columns = ["pid", "waiting", "wants", "table_name", "since", "holder", "held_by", "holder_state"]
--
-- [[expect]]
-- matches = '^ +[0-9]+ \| stock-check +\| \w+Lock +\| shipment +\| [0-9:]+ +\| +[0-9]+ \| nightly-report +\| idle in transaction'
-- ///
SELECT w.pid, w.application_name AS waiting, l.mode AS wants, l.relation::regclass AS table_name, date_trunc('second', now() - w.query_start) AS since,
  h.pid AS holder, h.application_name AS held_by, h.state AS holder_state
FROM pg_locks l JOIN pg_stat_activity w ON w.pid = l.pid
  CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b(pid) JOIN pg_stat_activity h ON h.pid = b.pid
WHERE NOT l.granted
ORDER BY w.query_start;
