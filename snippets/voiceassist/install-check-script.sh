# /// snippet
# title = "Install va-incident-check, and run it"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["host-files"]
# undo = "voiceassist/remove-check-script"
# timeout = 60
# status = [0, 1]
#
# [[expect]]
# matches = " voiceassist-server +.* Up .*\\(healthy\\)"
#
# [[expect]]
# matches = "=== 3\\. Errors, last 10 minutes ===\n[0-9]+ errors \\(warning above @{{ voiceassist.thresholds.errors_warning }}@, critical above @{{ voiceassist.thresholds.errors_critical }}@\\)"
#
# [[expect]]
# contains = "accepting connections"
#
# [[expect]]
# matches = "^PONG\nused_memory_human:"
#
# [[expect]]
# matches = "^=== Summary ===\n(OK - nothing is wrong|WARNING - [0-9]+ errors in ten minutes)\n\\Z"
# ///
sudo install -m 0755 /dev/stdin /usr/local/bin/va-incident-check <<'END'
#!/bin/bash
# va-incident-check: is VoiceAssist well? Ends with 0 (OK), 1 (WARNING) or 2 (CRITICAL).
# ERRORS_WARNING and ERRORS_CRITICAL, if they are set, replace the limits on errors in ten minutes.
set -uo pipefail

api=http://localhost:@{{ voiceassist.ports.api }}@
database=@{{ voiceassist.database.name }}@
role=@{{ voiceassist.database.user }}@
errors_warning=${ERRORS_WARNING:-@{{ voiceassist.thresholds.errors_warning }}@}
errors_critical=${ERRORS_CRITICAL:-@{{ voiceassist.thresholds.errors_critical }}@}
disk_critical=@{{ voiceassist.thresholds.disk_percent_critical }}@

names=(OK WARNING CRITICAL)
worst=0
findings=()
find_fault() { # 1 OR 2, WHAT IS WRONG
  findings+=("${names[$1]} - $2")
  if (($1 > worst)); then worst=$1; fi
}
section() { printf '\n=== %s ===\n' "$1"; }

# Where there is no deployment, every question below would fail for the wrong reason.
if ! cd @{{ voiceassist.hosts.app.directory }}@; then
  echo "CRITICAL - the deployment's directory is missing"
  exit 2
fi
echo "=== VoiceAssist incident check, $(date '+%F %T %Z') ==="

section "1. Service health"
if answer=$(curl -sS --fail-with-body --max-time 10 "$api/health"); then
  status=$(jq -r .status <<<"$answer")
  case $status in
    healthy) ;;
    maintenance) find_fault 1 "maintenance mode is on" ;;
    *) find_fault 2 "the API calls itself '$status'" ;;
  esac
else
  find_fault 2 "the API does not answer, or says that it cannot serve"
fi
echo "$answer"

section "2. Services"
if docker compose ps -a && services=$(docker compose config --services); then
  for service in $services; do
    if state=$(docker compose ps -a --format '{{.State}} {{.Health}}' "$service") && [[ -n $state ]]; then
      if grep -qv '^running' <<<"$state"; then find_fault 2 "$service does not run"; fi
      if grep -q 'unhealthy' <<<"$state"; then find_fault 2 "$service is unhealthy"; fi
    else
      find_fault 2 "$service has no container"
    fi
  done
else
  find_fault 2 "Docker Compose does not answer"
fi

section "3. Errors, last 10 minutes"
if log=$(docker compose --ansi never logs --since 10m voiceassist-server); then
  count=$(grep -ci error <<<"$log")
  echo "$count errors (warning above $errors_warning, critical above $errors_critical)"
  if ((count > errors_warning)); then grep -i error <<<"$log" | tail -10; fi
  if ((count > errors_critical)); then
    find_fault 2 "$count errors in ten minutes"
  elif ((count > errors_warning)); then
    find_fault 1 "$count errors in ten minutes"
  fi
else
  find_fault 2 "the API's log cannot be read"
fi

section "4. Database"
docker compose exec -T postgres pg_isready </dev/null || find_fault 2 "PostgreSQL takes no connections"
docker compose exec -T postgres psql -U "$role" -d "$database" -c \
  "SELECT state, count(*) FROM pg_stat_activity WHERE datname = '$database' GROUP BY state ORDER BY 2 DESC" </dev/null ||
  find_fault 2 "the database cannot be asked"

section "5. Redis"
docker compose exec -T redis redis-cli -e PING </dev/null || find_fault 2 "Redis does not answer"
docker compose exec -T redis redis-cli INFO memory </dev/null | grep used_memory_human

section "6. Resources"
mapfile -t containers < <(docker compose ps -q)
if ((${#containers[@]})); then docker stats --no-stream "${containers[@]}"; else echo "no container runs"; fi

section "7. Disk"
df -h / /var/lib/docker || find_fault 2 "the disks cannot be read"
while read -r used mount; do
  if ((${used%\%} >= disk_critical)); then find_fault 2 "$mount is $used full"; fi
done < <(df --output=pcent,target / /var/lib/docker | tail -n +2)

section "Summary"
if ((worst == 0)); then findings=("OK - nothing is wrong"); fi
printf '%s\n' "${findings[@]}"
exit "$worst"
END
va-incident-check
