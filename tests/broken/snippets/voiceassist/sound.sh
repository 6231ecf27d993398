# /// snippet
# title = "A sound snippet: it passes after all the broken ones"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# [[expect]]
# json = { status = "healthy" }
# ///
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health | jq .
