# /// snippet
# title = "Confirm that a replay can store no call twice, and that the stream still holds the window"
# host = "workstation"
# risk = "read-only"
# control = "nats-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^cdr_pkey\\|PRIMARY KEY \\(call_id\\)$"
#
# [[expect]]
# matches = "^[0-9]+:ON CONFLICT \\(call_id\\) DO NOTHING$"
#
# [[expect]]
# matches = "^[1-9][0-9]* messages since [0-9]{4}-[0-9]{2}-[0-9]{2}T"
#
# [[expect]]
# matches = "^0 triggers on cdr$"
# ///
ssh -n root@@{{ akira.hosts.db.name }}@ "sudo -u @{{ akira.database.admin }}@ psql -X -At -d @{{ akira.database.name }}@ -c \"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'cdr'::regclass AND contype IN ('p', 'u')\""
ssh -n root@@{{ akira.hosts.db.name }}@ "sudo -u @{{ akira.database.admin }}@ psql -X -At -d @{{ akira.database.name }}@ -c \"SELECT count(*) || ' triggers on cdr' FROM pg_trigger WHERE tgrelid = 'cdr'::regclass AND NOT tgisinternal\""
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'docker exec akira-cdr-worker grep -n "ON CONFLICT" /app/cdr_worker.py'
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'nats stream info @{{ akira.stream.name }}@ --json' | jq -r '"\(.state.messages) messages since \(.state.first_ts)"'
