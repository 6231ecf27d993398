# /// snippet
# title = "Ask the database a question"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# equals = "1\n"
# ///
docker compose exec -T postgres psql -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ -Atc "SELECT 1" </dev/null
