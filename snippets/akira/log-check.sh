# /// snippet
# title = "See that the incident log has its four times"
# host = "workstation"
# risk = "read-only"
# control = "incident-log-cut"
# timeout = 10
#
# [inputs.INCIDENT]
# meaning = "the ticket's number, such as INC-1042"
# sandbox = "INC-1041"
#
# [[expect]]
# matches = "^[0-9TZ:-]{20} detection: "
#
# [[expect]]
# matches = "^[0-9TZ:-]{20} ack: "
#
# [[expect]]
# matches = "^[0-9TZ:-]{20} mitigation: "
#
# [[expect]]
# matches = "^[0-9TZ:-]{20} resolution: "
#
# [[expect]]
# lines = { min = 4, max = 4 }
# ///
for event in detection ack mitigation resolution; do
  if ! grep -m 1 -E "^[0-9TZ:-]{20} $event: " ~/incidents/"${INCIDENT:?set it first}".log; then
    echo "MISSING: the time of $event"
    false
  fi
done
