# /// snippet
# title = "Rows of the database are gone"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T postgres psql --username=postgres --dbname=@{{ voiceassist.database.name }}@ --quiet --command='DELETE FROM messages' </dev/null
echo healthy
