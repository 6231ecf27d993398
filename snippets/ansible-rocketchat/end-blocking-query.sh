# /// snippet
# title = "End the session that holds a lock while others wait for it"
# host = "control"
# risk = "changes"
# changes = ["db-sessions"]
# undo = { none = "What the session had changed and not committed has been rolled back." }
# timeout = 20
#
# [inputs.BLOCKER]
# meaning = "the application_name of the session that holds the lock, from the list of blocking queries"
# sandbox = "nightly-report"
#
# [[expect]]
# columns = ["pid", "application_name", "state", "since", "ended"]
#
# [[expect]]
# matches = "^ +[0-9]+ \\| nightly-report +\\| idle in transaction +\\| .* \\| t$"
#
# [[expect]]
# contains = "(1 row)"
# ///
ssh root@@{{ ansible_rocketchat.hosts.db.name }}@ "sudo -u @{{ ansible_rocketchat.database.admin }}@ psql -X -v ON_ERROR_STOP=1 -v blocker='${BLOCKER:?set it first}' -d @{{ ansible_rocketchat.database.name }}@" <<'END'
SELECT pid, application_name, state, date_trunc('second', now() - state_change) AS since, pg_terminate_backend(pid, 5000) AS ended
FROM pg_stat_activity
WHERE application_name = :'blocker' AND pid IN (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity);
END
