# /// snippet
# title = "Drop that index again"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["database-schema"]
# undo = { none = "It is itself the undo of adding the index; add it again if you must." }
# timeout = 60
#
# [[expect]]
# equals = "DROP INDEX\n"
# ///
docker compose exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ \
  -c "DROP INDEX CONCURRENTLY audit_log_created_at" </dev/null
