# /// snippet
# title = "Page the on-call engineer"
# host = "app"
# kind = "shell"
# risk = "changes"
# undo = { none = "A page that was sent wakes a person; resolve the incident in the paging service instead." }
#
# [inputs.PAGING_KEY]
# meaning = "the integration key of the paging service, from the team's password store"
# sandbox = "0123456789abcdef0123456789abcdef"
#
# [inputs.SUMMARY]
# meaning = "one line that says what is broken"
# sandbox = "VoiceAssist API is down"
#
# [skip]
# reason = "The paging service lies outside the sandbox, and a real call would wake a person."
# owner = "VoiceAssist DevOps"
# expires = 2027-05-31
# ///
jq -n --arg key "${PAGING_KEY:?set it first}" --arg summary "${SUMMARY:?set it first}" \
  '{routing_key: $key, event_action: "trigger", payload: {summary: $summary, source: "voiceassist", severity: "critical"}}' |
  curl -sS --fail-with-body -H 'Content-Type: application/json' -d @- @{{ voiceassist.links.paging }}@
