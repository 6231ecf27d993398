# /// snippet
# title = "Ask the API for its health"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# timeout = 10
#
# [[expect]]
# json = { status = "healthy" }
#
# [[expect]]
# json_schema = { required = ["status", "version", "timestamp"] }
# ///
curl -sS --fail-with-body http://localhost:@{{ voiceassist.ports.api }}@/health | jq .
