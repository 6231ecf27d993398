# /// snippet
# title = "An alias that does not show what it must"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# timeout = 8
# silent = "it defines aliases"
# [alias.va-health]
# contains = "unhealthy"
# ///
alias va-health='curl -s http://localhost:@{{ voiceassist.ports.api }}@/health | jq .'
