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
docker compose exec -T postgres psql --username=postgres --dbname=@{{ voiceassist.database.name }}@ --tuples-only --command='SELECT count(*) FROM messages' </dev/null
docker compose exec -T redis redis-cli -e DBSIZE </dev/null
docker compose ps --services --status running
systemctl is-active held-sessions
