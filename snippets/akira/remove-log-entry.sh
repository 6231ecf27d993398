# /// snippet
# title = "Take the last entry out of the incident log"
# host = "workstation"
# risk = "changes"
# changes = ["workstation-files"]
# undo = { none = "It is itself the undo of an entry; write the entry again if you must." }
# timeout = 10
#
# [inputs.INCIDENT]
# meaning = "the ticket's number, such as INC-1042"
# sandbox = "INC-1042"
#
# [[expect]]
# matches = "^taken out: [0-9TZ:-]{20} detection: "
# ///
(
  set -euo pipefail
  log=~/incidents/"${INCIDENT:?set it first}".log
  echo "taken out: $(tail -n 1 "$log")"
  sed -i '$d' "$log"
  if [ ! -s "$log" ]; then rm "$log"; fi
)
