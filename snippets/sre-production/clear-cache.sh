# /// snippet
# title = "Delete the cache's keys, and nothing else that Redis holds"
# host = "workstation"
# risk = "changes"
# changes = ["cache"]
# undo = { none = "The service fills its cache anew, one slow answer each." }
# timeout = 60
#
# [[expect]]
# matches = "^[1-9][0-9]* keys of the cache deleted$"
#
# [[expect]]
# matches = "^[1-9][0-9]* sessions are still there$"
# ///
(
  set -euo pipefail
  redis-cli -h @{{ sre_production.hosts.db.name }}@ -p @{{ sre_production.ports.redis }}@ --scan --pattern 'cache:*' |
    xargs -r -d '\n' -n 500 redis-cli -h @{{ sre_production.hosts.db.name }}@ -p @{{ sre_production.ports.redis }}@ -e UNLINK |
    awk '{ deleted += $1 } END { print deleted + 0, "keys of the cache deleted" }'
  redis-cli -h @{{ sre_production.hosts.db.name }}@ -p @{{ sre_production.ports.redis }}@ --scan --pattern 'session:*' | awk 'END { print NR, "sessions are still there" }'
)
