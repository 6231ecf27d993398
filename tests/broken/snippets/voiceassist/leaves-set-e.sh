# /// snippet
# title = "Pasted, it leaves set -e behind"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
curl -s http://localhost:@{{ voiceassist.ports.api }}@/health | jq .
set -e
