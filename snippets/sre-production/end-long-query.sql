-- /// snippet
-- title = "End the sessions of one client that have been at it for too long"
-- host = "db"
-- risk = "changes"
-- changes = ["db-sessions"]
-- undo = { none = "What the session had changed and not committed has been rolled back." }
-- timeout = 20
--
-- [inputs.CLIENT]
-- meaning = "the application_name from the list of sessions"
-- sandbox = "nightly-report"
--
-- [inputs.LONGER_THAN]
-- meaning = "how long its transaction must have lasted, such as 5 minutes"
-- sandbox = "100 milliseconds"
--
-- [[expect]]
-- columns = ["pid", "application_name", "state", "since", "ended"]
--
-- [[expect]]
-- matches = '^ +[0-9]+ \| nightly-report +\| idle in transaction +\| .* \| t$'
--
-- [[expect]]
-- contains = "(1 row)"
-- ///
SELECT pid, application_name, state, date_trunc('second', now() - xact_start) AS since, pg_terminate_backend(pid, 5000) AS ended
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND application_name = '[[CLIENT]]' AND xact_start < now() - interval '[[LONGER_THAN]]';
