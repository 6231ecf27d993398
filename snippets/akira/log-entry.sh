# /// snippet
# title = "Write an entry with its time into the incident log"
# host = "workstation"
# risk = "changes"
# changes = ["workstation-files"]
# undo = "akira/remove-log-entry"
# timeout = 10
#
# [inputs.INCIDENT]
# meaning = "the ticket's number, such as INC-1042"
# sandbox = "INC-1042"
#
# [inputs.EVENT]
# meaning = "detection, ack, mitigation, resolution, or note"
# sandbox = "detection"
#
# [inputs.WHAT]
# meaning = "what was seen, decided or pasted, and on which host"
# sandbox = "the alert says that no calls get through"
#
# [[expect]]
# matches = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z detection: the alert says that no calls get through$"
# ///
(
  set -euo pipefail
  umask 077
  log=~/incidents/"${INCIDENT:?set it first}".log
  entry="$(date -u +%FT%TZ) ${EVENT:?set it first}: ${WHAT:?set it first}"
  mkdir -p ~/incidents
  printf '%s\n' "$entry" >> "$log"
  cat "$log"
)
