# /// snippet
# title = "Keep a host's log, processes and connections, for nobody else to read"
# host = "control"
# risk = "changes"
# changes = ["control-files"]
# undo = { none = "Evidence is not thrown away: the security team says when, and who takes it over." }
# timeout = 60
#
# [[expect]]
# matches = "^drwx------ "
#
# [[expect]]
# matches = "^-rw------- .* [1-9][0-9]+ .* journal\\.txt$"
#
# [[expect]]
# matches = "^-rw------- .* [1-9][0-9]+ .* logins\\.txt$"
#
# [[expect]]
# matches = "^journal\\.txt: OK$"
#
# [[expect]]
# matches = "^processes\\.txt: OK$"
#
# [[expect]]
# matches = "^connections\\.txt: OK$"
#
# [[expect]]
# matches = "^logins\\.txt: OK$"
# ///
(
  set -euo pipefail
  umask 077
  ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ true
  folder=$HOME/evidence-$(date -u +%Y%m%dT%H%M%SZ)
  mkdir "$folder"
  ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'ps -eo pid,ppid,user,lstart,args' > "$folder/processes.txt"
  ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'ss --all --numeric --tcp --udp --processes' > "$folder/connections.txt"
  ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'journalctl --since "7 days ago" --no-pager --output short-iso' > "$folder/journal.txt"
  ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'getent passwd' > "$folder/logins.txt"
  cd "$folder"
  sha256sum -- *.txt > SHA256SUMS
  ls -la
  sha256sum --check SHA256SUMS
)
