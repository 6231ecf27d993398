# /// snippet
# title = "A setting of the database"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T postgres psql --username=postgres --dbname=@{{ voiceassist.database.name }}@ --quiet --command="ALTER SYSTEM SET work_mem = '8MB'" </dev/null
echo healthy
