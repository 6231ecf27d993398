# /// snippet
# title = "Ask the API which of its dependencies answer"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "qdrant-stopped"
# timeout = 20
#
# [[expect]]
# json = { ready = true, checks = { postgres = "ok", redis = "ok", qdrant = "ok" } }
# ///
curl -sS --fail-with-body http://localhost:@{{ voiceassist.ports.api }}@/ready | jq .
