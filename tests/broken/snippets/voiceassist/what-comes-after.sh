# /// snippet
# title = "What is run after each broken one"
# host = "app"
# risk = "read-only"
# control = { none = "it asks whether the sandbox is clean" }
# timeout = 8
# paste = false
# paste_reason = "It is run after each broken snippet."
# [[expect]]
# contains = "healthy"
# [[expect]]
# contains = "qdrant"
# [[expect]]
# contains = "active"
# ///
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health | jq -r .status
docker exec voiceassist-postgres-1 psql --username=postgres --dbname=@{{ voiceassist.database.name }}@ --tuples-only --command='SELECT count(*) FROM messages'
docker exec voiceassist-redis-1 redis-cli -e DBSIZE
docker ps --format '{{.Names}}'
systemctl is-active held-sessions
