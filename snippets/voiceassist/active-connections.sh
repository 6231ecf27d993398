# /// snippet
# title = "Count the database connections at work"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# number = { pattern = "^([0-9]+)$", min = 0, max = 40 }
# ///
docker compose exec -T postgres psql -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ -Atc \
  "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()" </dev/null
