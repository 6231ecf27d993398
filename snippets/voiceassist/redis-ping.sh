# /// snippet
# title = "Ask Redis whether it answers"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "redis-stopped"
# timeout = 20
#
# [[expect]]
# equals = "PONG\n"
# ///
docker compose exec -T redis redis-cli -e PING </dev/null
