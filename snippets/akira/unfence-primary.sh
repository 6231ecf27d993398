# /// snippet
# title = "Take step 1 back: start the old primary again, only if nobody was promoted"
# host = "workstation"
# risk = "changes"
# changes = ["cdr-rows", "db-ports", "db-processes", "db-records", "db-settings", "db-starts", "db-tables", "db-units", "replica-replication", "replication"]
# undo = { none = "It is itself the undo of the failover's first step; stop it again if you must." }
# timeout = 60
#
# [[expect]]
# contains = "@{{ akira.hosts.replica.name }}@ is still a replica"
#
# [[expect]]
# of = "both"
# contains = "Removed"
#
# [[expect]]
# contains = "ActiveState=active"
# ///
(
  set -euo pipefail
  ssh -n root@@{{ akira.hosts.replica.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -At -c "SELECT pg_is_in_recovery()"' | grep -x t > /dev/null
  echo "@{{ akira.hosts.replica.name }}@ is still a replica"
  ssh -n root@@{{ akira.hosts.db.name }}@ 'systemctl unmask postgresql@17-main && systemctl start postgresql@17-main && systemctl show --property ActiveState postgresql@17-main'
)
