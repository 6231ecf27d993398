# /// snippet
# title = "Ask PostgreSQL whether it takes connections"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# contains = "accepting connections"
# ///
docker compose exec -T postgres pg_isready </dev/null
