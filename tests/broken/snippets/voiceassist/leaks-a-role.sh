# /// snippet
# title = "A role in the database"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T postgres psql --username=postgres --dbname=@{{ voiceassist.database.name }}@ --quiet --command='CREATE ROLE leaked' </dev/null
echo healthy
