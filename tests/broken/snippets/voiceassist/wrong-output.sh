# /// snippet
# title = "The output is not what was expected"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [[expect]]
# contains = "unhealthy"
# ///
curl -s http://localhost:@{{ voiceassist.ports.api }}@/health | jq .
