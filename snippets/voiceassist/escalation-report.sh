# /// snippet
# title = "Write the escalation report"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["tmp-files"]
# undo = "voiceassist/escalation-report-undo"
# timeout = 30
#
# [inputs.INCIDENT]
# meaning = "the incident's ticket, such as INC-1042"
# sandbox = "INC-1042"
#
# [inputs.SEVERITY]
# meaning = "P1, P2, P3 or P4"
# sandbox = "P1"
#
# [inputs.STARTED]
# meaning = "when it began, such as 02:40 UTC"
# sandbox = "02:40 UTC"
#
# [inputs.IMPACT]
# meaning = "what users cannot do, in one line"
# sandbox = "Speech fails for all users"
#
# [inputs.ATTEMPTED]
# meaning = "what you did, and what came of each"
# sandbox = "restarted all services at 02:55, no change"
#
# [inputs.REASON]
# meaning = "why you hand over"
# sandbox = "cause not found within 30 minutes"
#
# [[expect]]
# contains = "Severity: P1"
#
# [[expect]]
# matches = " voiceassist-server +.* Up .*\\(healthy\\)"
#
# [[expect]]
# matches = "level=error .*error=\"speech: no provider is configured\""
#
# [[expect]]
# matches = "^Saved as /tmp/escalation_report_INC-1042_[0-9]{8}_[0-9]{6}\\.txt$"
# ///
(
  set -e -o noclobber
  umask 077
  now=$(date '+%Y%m%d_%H%M%S')
  report=/tmp/escalation_report_"${INCIDENT:?set it first}"_$now.txt
  services=$(docker compose --ansi never ps -a)
  log=$(docker compose --ansi never logs --since 30m voiceassist-server)
  cat >"$report" <<END
ESCALATION REPORT
=================
Incident: $INCIDENT
Written:  $now $(date +%Z), on $(hostname)
Severity: ${SEVERITY:?set it first}
Began:    ${STARTED:?set it first}
Impact:   ${IMPACT:?set it first}

Services:
$services

Last errors of 30 minutes:
$(grep -i error <<<"$log" | tail -20)

Attempted:
${ATTEMPTED:?set it first}

Reason for escalation:
${REASON:?set it first}
END
  cat "$report"
  echo "Saved as $report"
)
