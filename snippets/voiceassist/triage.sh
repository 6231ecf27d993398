# /// snippet
# title = "Look at everything once"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 30
#
# [[expect]]
# matches = " voiceassist-server +.* Up .*\\(healthy\\)"
#
# [[expect]]
# matches = "=== Errors, last 10 minutes ===\n[0-9]+$"
#
# [[expect]]
# matches = "=== Active database connections ===\n[0-9]+$"
#
# [[expect]]
# matches = "^used_memory_human:[0-9.]+[KMG]"
#
# [[expect]]
# columns = ["Filesystem", "Size", "Used", "Avail", "Use%", "Mounted on"]
# ///
(
  echo "=== Services, $(date '+%F %T %Z') ==="
  docker compose ps
  echo "=== Errors, last 10 minutes ==="
  log=$(docker compose logs --since 10m) && grep -ci error <<<"$log"
  echo "=== Active database connections ==="
  docker compose exec -T postgres psql -U @{{ voiceassist.database.user }}@ -d @{{ voiceassist.database.name }}@ -Atc \
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()" </dev/null
  echo "=== Redis memory ==="
  docker compose exec -T redis redis-cli INFO memory </dev/null | grep used_memory_human
  echo "=== Disk ==="
  df -h
)
