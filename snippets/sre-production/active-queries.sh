# /// snippet
# title = "List the sessions at work, the longest first"
# host = "workstation"
# risk = "read-only"
# control = "held-sessions-ended"
# timeout = 15
#
# [[expect]]
# columns = ["pid", "application_name", "since", "wait_event_type", "wait_event", "query"]
#
# [[expect]]
# matches = '^ +[0-9]+ \| stock-check +\| [0-9:]+ +\| Lock +\| relation +\| LOCK TABLE shipment'
# ///
psql -X -w -P pager=off -h @{{ sre_production.hosts.db.name }}@ -U @{{ sre_production.database.reader }}@ -d @{{ sre_production.database.name }}@ -c "
  SELECT pid, application_name, date_trunc('second', now() - query_start) AS since, wait_event_type, wait_event, left(query, 60) AS query
  FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY query_start"
