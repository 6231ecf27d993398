-- /// snippet
-- title = "List the sessions that do anything, the longest first"
-- host = "db"
-- risk = "read-only"
-- control = "held-sessions-ended"
-- timeout = 15
--
-- [[expect]]
-- columns = ["pid", "application_name", "since", "state", "wait_event", "query"]
--
-- [[expect]]
-- matches = '^ +[0-9]+ \| nightly-report +\| [0-9:]+ +\| idle in transaction \|'
-- ///
SELECT pid, application_name, date_trunc('second', now() - query_start) AS since, state, wait_event, left(query, 80) AS query
FROM pg_stat_activity
WHERE state <> 'idle' AND pid <> pg_backend_pid()
ORDER BY query_start;
