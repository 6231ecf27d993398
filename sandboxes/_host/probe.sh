# shellcheck shell=bash
# What the probes of all hosts have in common; a host's /usr/local/sbin/probe sources it, adds its own functions, and ends
# with `run_probe "$@"`. A probe prints one part of the state, in a form that does not move by itself, and is cheap.
# What a stopped part cannot tell is said as such, so that its stopping is itself a change.
export LC_ALL=C

# Services that come and go: what systemd and D-Bus start on demand, and logins.
readonly PASSING='^(systemd-(hostnamed|timedated|localed)|user|session|sshd@|sshd-session|run-|init\.scope)'

# Every unit that matters, what it is doing, and whether it starts at the boot; not when it was started.
units() {
  systemctl list-units --all --plain --no-legend --type=service,socket,timer,path --state=active,failed,inactive \
    | awk -v passing="$PASSING" '$1 !~ passing && ($3 != "inactive" || $2 != "loaded") { print $1, $2, $3, $4 }' | sort
  systemctl list-unit-files --no-legend --type=service,socket,timer,path | awk '{ print $1, $2 }' | sort
}

# When each service was started: alone, a restart changes only this.
unit_starts() {
  systemctl show --property=Id,ActiveState,InvocationID '*.service' \
    | awk -F = -v passing="$PASSING" '
      $1 == "Id" { id = $2 } $1 == "ActiveState" { state = $2 } $1 == "InvocationID" { invocation = $2 }
      function tell() { if (state == "active" && id !~ passing) print id, invocation; id = state = invocation = "" }
      $0 == "" { tell() } END { tell() }' | sort
}

list_files() { # FIND'S ARGUMENTS...: mode, owner, group, size, path, and what a link points to; then the sums
  find "$@" -type f -printf 'f %m %U %G %s %p\n' -o -type d -printf 'd %m %U %G %p\n' -o -printf '%y %m %U %G %p %l\n' | sort -k 5
  find "$@" -type f -print0 | sort -z | xargs -0 -r sha256sum
}

# What was written since the host was laid out (/run/laid-out), besides what lies in temporary folders; the sum of the names
# tells of what was removed. FILES_SKIPPED, a list of paths, is left out.
files() {
  local places=(/etc /home /opt /root /usr/local /var/spool) skipped=() path
  for path in "${FILES_SKIPPED[@]}"; do skipped+=(-path "$path" -prune -o); done
  find "${places[@]}" "${skipped[@]}" -print | sort | sha256sum
  list_files "${places[@]}" "${skipped[@]}" -cnewer /run/laid-out
  # Left out: what systemd makes for a service at its start.
  list_files /tmp /var/tmp -mindepth 1 -path '/*/systemd-private-*' -prune -o
}

# Whose each process is, its command, and how many there are. Left out: this probe's session and whoever is logged in by SSH.
# PROCESSES_PASSING, an extended regular expression, names what else comes and goes.
processes() {
  ps -e -ww -o pid=,ppid=,stat=,uid=,args= | awk -v self=$$ -v passing="${PROCESSES_PASSING:-^$}" '
    $3 ~ /^Z/ { next }
    { pid = $1; parent[pid] = $2; uid[pid] = $4; sub(/^ *[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +/, ""); line[pid] = $0 }
    END {
      for (top = self; parent[top] > 1; top = parent[top]);
      for (pid in line) {
        for (up = pid; up > 1 && up != top && line[up] !~ /^sshd-session|^sshd: .*\[priv\]/; up = parent[up]);
        if (up > 1 || line[pid] ~ /^\/usr\/lib\/systemd\/systemd-(executor|hostnamed|timedated|localed)|^\(/ || line[pid] ~ passing) continue
        count[uid[pid] " " line[pid]]++
      }
      for (what in count) print count[what], what
    }' | sort -k 2
}

# Who listens where. Docker's resolver has another port in each sandbox.
ports() { ss --no-header --listening --tcp --udp --numeric | awk '$5 !~ /^127\.0\.0\.11:/ { print $1, $2, $5 }' | sort; }

run_probe() { # NAME: a function of that name, with - for _
  local name=${1:-}
  if [ "$(type -t "${name//-/_}")" != function ] || [ "$name" = run-probe ]; then
    echo "probe: no probe has the name '$name'" >&2
    exit 2
  fi
  "${name//-/_}"
  exit 0
}
