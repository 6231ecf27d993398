# /// snippet
# title = "See that call records arrive: nothing waits, and no row goes missing"
# host = "workstation"
# risk = "read-only"
# control = "worker-stopped"
# timeout = 30
#
# [[expect]]
# matches = "^first look: 0 records wait, [1-9][0-9]* rows, the newest of [0-9-]{10} [0-9:]{8}"
#
# [[expect]]
# matches = "^second look: 0 records wait, [1-9][0-9]* rows, the newest of [0-9-]{10} [0-9:]{8}"
#
# [[expect]]
# matches = "^INGESTING: "
# ///
(
  set -euo pipefail
  look() {
    waiting=$(ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'nats consumer info @{{ akira.stream.name }}@ @{{ akira.stream.consumer }}@ --json' | jq '.num_pending + .num_ack_pending')
    rows=$(ssh -n root@@{{ akira.hosts.db.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -At -d @{{ akira.database.name }}@ -c "SELECT count(*) FROM cdr"')
    newest=$(ssh -n root@@{{ akira.hosts.db.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -At -d @{{ akira.database.name }}@ -c "SELECT max(received_at)::timestamptz(0) FROM cdr"')
    echo "$1 look: $waiting records wait, $rows rows, the newest of $newest"
  }
  look first
  waited=$waiting counted=$rows
  sleep 5
  look second
  if ((rows >= counted && (waiting == 0 || waiting < waited))); then
    echo "INGESTING: no row went missing, and what waits becomes fewer"
  else
    echo "NOT INGESTING: rows went missing, or records wait and do not become fewer"
    false
  fi
)
