# /// snippet
# title = "Failover, step 4: switch back, the old primary first and the replica second"
# host = "workstation"
# risk = "changes"
# changes = ["cdr-rows", "db-ports", "db-processes", "db-records", "db-settings", "db-starts", "db-tables", "db-units", "replica-processes", "replica-replication", "replica-settings", "replica-starts", "replication"]
# requires = ["akira/rejoin-old-primary"]
# undo = { none = "It is itself the way back from a failover; fail over again if you must." }
# timeout = 120
#
# [[expect]]
# contains = "@{{ akira.hosts.db.name }}@ follows: streaming"
#
# [[expect]]
# contains = "@{{ akira.hosts.db.name }}@ is the primary"
#
# [[expect]]
# matches = "^@{{ akira.hosts.replica.name }}@\\|streaming\\|sync$"
# ///
(
  set -euo pipefail
  follows=$(ssh -n root@@{{ akira.hosts.db.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -At -c "SELECT status FROM pg_stat_wal_receiver"')
  echo "@{{ akira.hosts.db.name }}@ follows: ${follows:-no}"
  [ "$follows" = streaming ]
  ssh -n root@@{{ akira.hosts.replica.name }}@ 'systemctl stop postgresql@17-main'
  promoted=$(ssh root@@{{ akira.hosts.db.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -q -At -v ON_ERROR_STOP=1' <<'END'
SELECT '@{{ akira.hosts.db.name }}@ is the primary' FROM pg_promote(true, 30) AS promoted WHERE promoted;
SELECT 'place kept for ' || (pg_create_physical_replication_slot(name, true)).slot_name FROM (VALUES (replace('@{{ akira.hosts.replica.name }}@', '-', '_'))) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = name);
END
  )
  echo "$promoted"
  [[ $promoted == *"is the primary"* ]]
  ssh root@@{{ akira.hosts.replica.name }}@ 'bash -s' <<'END'
set -euo pipefail
sudo -u @{{ akira.database.admin }}@ touch /var/lib/postgresql/17/main/standby.signal
systemctl start postgresql@17-main
sudo -u @{{ akira.database.admin }}@ psql -X -q -At -c "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots" > /dev/null
END
  ssh root@@{{ akira.hosts.db.name }}@ 'bash -s' <<'END'
for _ in {1..30}; do
  found=$(sudo -u @{{ akira.database.admin }}@ psql -X -At -c "SELECT application_name, state, sync_state FROM pg_stat_replication WHERE state = 'streaming'")
  [ -z "$found" ] || break
  sleep 1
done
echo "${found:?nobody follows after 30 seconds}"
END
)
