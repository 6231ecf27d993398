# /// snippet
# title = "Add an index on the time of the audit trail, while it is in use"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["database-schema"]
# undo = "voiceassist/drop-index"
# timeout = 60
#
# [[expect]]
# matches = "^ audit_log_created_at +\\| t$"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ \
  -c "CREATE INDEX CONCURRENTLY audit_log_created_at ON audit_log (created_at)" \
  -c "SELECT indexrelid::regclass AS index_name, indisvalid AS valid FROM pg_index WHERE indrelid = 'audit_log'::regclass" </dev/null
