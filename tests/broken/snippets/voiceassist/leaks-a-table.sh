# /// snippet
# title = "A table in the database"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T postgres psql --username=postgres --dbname=@{{ voiceassist.database.name }}@ --quiet --command='CREATE TABLE leaked (x int)' </dev/null
echo healthy
