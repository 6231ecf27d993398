# /// snippet
# title = "Failover, step 2: make the replica the primary"
# host = "workstation"
# risk = "changes"
# changes = ["cdr-rows", "db-ports", "db-processes", "db-records", "db-settings", "db-starts", "db-tables", "db-units", "replica-processes", "replica-replication", "replica-settings", "replication"]
# requires = ["akira/fence-primary"]
# undo = "akira/switch-back"
# timeout = 60
#
# [[expect]]
# columns = ["promoted", "role"]
#
# [[expect]]
# matches = "^ t +\\| primary$"
# ///
ssh root@@{{ akira.hosts.replica.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -v ON_ERROR_STOP=1' <<'END'
SELECT pg_promote(true, 30) AS promoted;
SELECT NOT pg_is_in_recovery() AS promoted, CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END AS role;
END
