# /// snippet
# title = "Ask both database hosts which of them is the primary, and whether the other follows"
# host = "workstation"
# risk = "read-only"
# control = "replica-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["role", "wal_written", "wal_received", "receives", "sends_to"]
#
# [[expect]]
# matches = "^== @{{ akira.hosts.db.name }}@\n.*\n.*\n primary \\| +[0-9A-F]+/[0-9A-F]+ +\\| +\\| +\\| .*streaming, sync"
#
# [[expect]]
# matches = "^== @{{ akira.hosts.replica.name }}@\n.*\n.*\n replica \\| +[0-9A-F]+/[0-9A-F]+ +\\| +[0-9A-F]+/[0-9A-F]+ +\\| streaming"
# ///
for host in @{{ akira.hosts.db.name }}@ @{{ akira.hosts.replica.name }}@; do
  echo "== $host"
  ssh "root@$host" 'sudo -u @{{ akira.database.admin }}@ psql -X -v ON_ERROR_STOP=1 -d @{{ akira.database.name }}@' <<'END'
SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END AS role,
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS wal_written,
  pg_last_wal_receive_lsn() AS wal_received,
  (SELECT status FROM pg_stat_wal_receiver) AS receives,
  (SELECT string_agg(application_name || ' ' || state || ', ' || sync_state, '; ') FROM pg_stat_replication) AS sends_to
END
done
