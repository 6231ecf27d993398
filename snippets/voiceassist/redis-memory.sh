# /// snippet
# title = "See how much memory Redis uses"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "redis-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^used_memory_human:[0-9.]+[KMG]"
# ///
docker compose exec -T redis redis-cli INFO memory </dev/null | grep used_memory_human
