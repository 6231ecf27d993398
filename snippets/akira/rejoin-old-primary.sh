# /// snippet
# title = "Failover, step 3: bring the old primary back as the replica of the new one"
# host = "workstation"
# risk = "changes"
# changes = ["db-processes", "db-settings", "db-starts", "replica-processes", "replica-replication", "replica-settings", "replication"]
# requires = ["akira/fence-primary", "akira/promote-replica"]
# undo = { none = "It is half of the way back: step 4 goes on from here, and then all is as before." }
# timeout = 90
#
# [[expect]]
# of = "both"
# matches = "pg_rewind: (no rewind required|Done!)"
#
# [[expect]]
# matches = "^@{{ akira.hosts.db.name }}@\\|streaming$"
# ///
(
  set -euo pipefail
  ssh root@@{{ akira.hosts.replica.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -q -At -v ON_ERROR_STOP=1' <<'END'
SELECT 'place kept for ' || (pg_create_physical_replication_slot(name, true)).slot_name FROM (VALUES (replace('@{{ akira.hosts.db.name }}@', '-', '_'))) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = name);
END
  ssh root@@{{ akira.hosts.db.name }}@ 'bash -s' <<'END'
set -euo pipefail
systemctl unmask postgresql@17-main
systemctl stop postgresql@17-main
sudo -u @{{ akira.database.admin }}@ /usr/lib/postgresql/17/bin/pg_rewind --target-pgdata /var/lib/postgresql/17/main \
  --config-file /etc/postgresql/17/main/postgresql.conf \
  --source-server 'host=@{{ akira.hosts.replica.name }}@ user=replicator dbname=postgres passfile=/var/lib/postgresql/.pgpass'
sudo -u @{{ akira.database.admin }}@ touch /var/lib/postgresql/17/main/standby.signal
systemctl start postgresql@17-main
END
  ssh root@@{{ akira.hosts.replica.name }}@ 'bash -s' <<'END'
for _ in {1..30}; do
  found=$(sudo -u @{{ akira.database.admin }}@ psql -X -At -c "SELECT application_name, state FROM pg_stat_replication WHERE state = 'streaming'")
  [ -z "$found" ] || break
  sleep 1
done
echo "${found:?nobody follows after 30 seconds}"
END
)
