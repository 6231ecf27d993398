# /// snippet
# title = "Failover, step 1: stop PostgreSQL on the old primary, and keep it from starting"
# host = "workstation"
# risk = "changes"
# changes = ["cdr-rows", "db-ports", "db-processes", "db-records", "db-settings", "db-starts", "db-tables", "db-units", "replica-replication", "replication"]
# undo = "akira/unfence-primary"
# timeout = 60
#
# [[expect]]
# of = "both"
# contains = "Created symlink"
#
# [[expect]]
# equals = "LoadState=masked\nActiveState=inactive\n"
# ///
ssh -n root@@{{ akira.hosts.db.name }}@ 'systemctl mask --now postgresql@17-main && systemctl show --property LoadState,ActiveState postgresql@17-main'
