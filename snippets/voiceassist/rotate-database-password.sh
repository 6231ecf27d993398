# /// snippet
# title = "Give the database's role a new password, and start the API with it"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["container-starts", "database-roles", "deployment-files"]
# undo = { none = "The old password must not be valid again; to get rid of the new one, run this again." }
# timeout = 150
#
# [[expect]]
# contains = "healthy"
#
# [[expect]]
# contains = "-rw-------"
# ///
(
  set -euo pipefail
  umask 077
  new=$(openssl rand -hex 32)
  rest=$(grep -v '^DATABASE_PASSWORD=' .env)
  printf '%s\nDATABASE_PASSWORD=%s\n' "$rest" "$new" > .env.new
  printf "ALTER ROLE @{{ voiceassist.database.user }}@ PASSWORD '%s';\n" "$new" |
    docker compose exec -T -e PGOPTIONS='-c pg_stat_statements.track=none' postgres psql -X -q -v ON_ERROR_STOP=1 -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@
  mv .env.new .env
  ls -l .env
  docker compose up -d --wait --wait-timeout 120 --no-deps voiceassist-server
  curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health | jq -r .status
)
