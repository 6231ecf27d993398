# /// snippet
# title = "It asks before the service is up"
# host = "app"
# risk = "changes"
# changes = ["container-starts"]
# undo = { none = "a broken snippet" }
# timeout = 30
# [[expect]]
# contains = "healthy"
# ///
docker compose restart --timeout 1 voiceassist-server
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health
