# /// snippet
# title = "Take step 1 back: start the old primary again, only if nobody was promoted"
# host = "workstation"
# risk = "changes"
# changes = ["cdr-rows", "db-ports", "db-processes", "db-records", "db-settings", "db-starts", "db-tables", "db-units", "replica-replication", "replication"]
# undo = { none = "It is itself the undo of the failover's first step; stop it again if you must." }
# timeout = 60
#
# [[expect]]
# contains = "somebody was promoted: f"
#
# [[expect]]
# of = "both"
# contains = "Removed"
#
# [[expect]]
# matches = "^@{{ akira.hosts.replica.name }}@\\|streaming\\|sync$"
# ///
(
  set -euo pipefail
  promoted=$(ssh -n root@@{{ akira.hosts.replica.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -At -c "SELECT NOT pg_is_in_recovery()"')
  echo "somebody was promoted: $promoted"
  [ "$promoted" = f ]
  ssh root@@{{ akira.hosts.db.name }}@ 'bash -s' <<'END'
set -euo pipefail
systemctl unmask postgresql@17-main
systemctl start postgresql@17-main
for _ in {1..30}; do
  found=$(sudo -u @{{ akira.database.admin }}@ psql -X -At -c "SELECT application_name, state, sync_state FROM pg_stat_replication WHERE state = 'streaming'")
  [ -z "$found" ] || break
  sleep 1
done
echo "${found:?nobody follows after 30 seconds}"
END
)
