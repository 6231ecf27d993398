# /// snippet
# title = "Capture logs, sessions, connections and the database, for nobody else to read"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["host-files"]
# undo = { none = "Evidence is not thrown away: the security team says when, and who takes it over." }
# timeout = 120
#
# [[expect]]
# matches = "^drwx------ "
#
# [[expect]]
# matches = "^-rw------- .* [1-9][0-9]+ .* logs\\.txt$"
#
# [[expect]]
# matches = "^-rw------- .* [1-9][0-9]+ .* database\\.sql$"
#
# [[expect]]
# matches = "^-rw------- .* [1-9][0-9]+ .* SHA256SUMS$"
#
# [[expect]]
# contains = "-- PostgreSQL database dump complete"
#
# [[expect]]
# contains = "database.sql: OK"
# ///
(
  set -euo pipefail
  umask 077
  folder=$HOME/evidence-$(date -u +%Y%m%dT%H%M%SZ)
  mkdir "$folder"
  ss -tan > "$folder/connections.txt"
  docker compose ps -a > "$folder/containers.txt"
  docker compose exec -T postgres psql -X -x -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ \
    -c "SELECT * FROM pg_stat_activity" </dev/null > "$folder/sessions.txt"
  docker compose logs --no-color --timestamps > "$folder/logs.txt"
  docker compose exec -T postgres pg_dump -U @{{ voiceassist.database.user }}@ @{{ voiceassist.database.name }}@ </dev/null > "$folder/database.sql"
  cd "$folder"
  sha256sum -- *.txt *.sql > SHA256SUMS
  ls -la
  sha256sum --check SHA256SUMS
  grep -F -e '-- PostgreSQL database dump complete' database.sql
)
