# /// snippet
# title = "List the database sessions at work, the oldest question first"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["pid", "usename", "application_name", "state", "running", "wait_event_type", "query"]
#
# [[expect]]
# matches = "^\\([0-9]+ rows?\\)$"
# ///
docker compose exec -T postgres psql -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ -c \
  "SELECT pid, usename, application_name, state, date_trunc('second', now() - query_start) AS running, wait_event_type,
     left(regexp_replace(query, '\s+', ' ', 'g'), 80) AS query
   FROM pg_stat_activity
   WHERE state <> 'idle' AND pid <> pg_backend_pid()
   ORDER BY query_start LIMIT 20" </dev/null
