-- /// snippet
-- title = "End connections that have done nothing for long, but not the service's own"
-- host = "db"
-- risk = "changes"
-- changes = ["db-sessions"]
-- undo = { none = "A connection that was ended is gone; whoever held it connects again." }
-- timeout = 20
--
-- [inputs.IDLE_FOR]
-- meaning = "how long a connection must have been idle, such as 10 minutes"
-- sandbox = "100 milliseconds"
--
-- [[expect]]
-- columns = ["pid", "usename", "application_name", "idle_for", "ended"]
--
-- [[expect]]
-- matches = '^ +[0-9]+ \| .* \| forgotten-export +\| .* \| t$'
--
-- [[expect]]
-- contains = "(1 row)"
--
-- [[expect]]
-- lacks = "| f\n"
-- ///
SELECT pid, usename, application_name, date_trunc('second', now() - state_change) AS idle_for, pg_terminate_backend(pid, 5000) AS ended
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename <> '@{{ cloudforge_aegis.database.user }}@'
  AND state = 'idle' AND state_change < now() - interval '[[IDLE_FOR]]'
ORDER BY state_change;
