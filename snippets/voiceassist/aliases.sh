# /// snippet
# title = "Short names for what is asked most"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "services-removed"
# timeout = 20
# silent = "Defining an alias prints nothing; what each one shows when it is called is checked by itself."
#
# [alias.va-health]
# contains = "\"status\": \"healthy\""
#
# [alias.va-ready]
# contains = "\"ready\": true"
#
# [alias.va-metrics]
# matches = "^http_request_duration_seconds_count\\{.*status=\"200\""
#
# [alias.va-errors]
# matches = "level=error .*status=503"
#
# [alias.va-errors-count]
# matches = "^[1-9][0-9]*$"
#
# [alias.va-logs-tail]
# matches = "voiceassist-server-1 +\\| .*status=[0-9]{3}"
# within = 10
#
# [alias.va-stats]
# matches = "voiceassist-voiceassist-server-1 +[0-9.]+% +[1-9][0-9.]*MiB / 256MiB"
#
# [alias.va-disk]
# matches = "^\\S+ +[0-9.]+[KMGT] .* [0-9]+% +/$"
#
# [alias.va-db-connections]
# matches = "^ idle +\\| +[1-9][0-9]*$"
#
# [alias.va-db-slow]
# matches = "^ +[0-9]+ \\| [0-9:.]+ +\\| .*LOCK TABLE conversations"
#
# [alias.va-redis-info]
# contains = "redis_mode:standalone"
#
# [alias.va-redis-memory]
# matches = "^used_memory_human:[1-9]"
# ///
alias va-health='curl -sS --fail-with-body http://localhost:@{{ voiceassist.ports.api }}@/health | jq .'
alias va-ready='curl -sS --fail-with-body http://localhost:@{{ voiceassist.ports.api }}@/ready | jq .'
alias va-metrics='curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/metrics'
alias va-errors='docker compose -p voiceassist logs --since 10m voiceassist-server | grep level=error'
alias va-errors-count='docker compose -p voiceassist logs --since 10m voiceassist-server | grep -c level=error'
alias va-logs-tail='docker compose -p voiceassist logs -f --tail=100 voiceassist-server'
alias va-stats='docker stats --no-stream'
alias va-disk='df -h / /var/lib/docker'
alias va-db-connections='docker compose -p voiceassist exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "SELECT state, count(*) FROM pg_stat_activity WHERE backend_type = '\''client backend'\'' GROUP BY state" </dev/null'
alias va-db-slow='docker compose -p voiceassist exec -T postgres psql -X -P pager=off -U @{{ voiceassist.database.admin }}@ -d @{{ voiceassist.database.name }}@ -c "SELECT pid, now() - query_start AS duration, state, left(query, 80) AS query FROM pg_stat_activity WHERE backend_type = '\''client backend'\'' AND state <> '\''idle'\'' AND pid <> pg_backend_pid() ORDER BY duration DESC LIMIT 10" </dev/null'
alias va-redis-info='docker compose -p voiceassist exec -T redis redis-cli INFO </dev/null'
alias va-redis-memory='docker compose -p voiceassist exec -T redis redis-cli INFO memory </dev/null | grep used_memory_human'
