# /// snippet
# title = "An error page with status 0 matches"
# host = "app"
# risk = "read-only"
# control = "api-stopped"
# timeout = 8
# [[expect]]
# contains = "detail"
# ///
curl -s http://localhost:@{{ voiceassist.ports.api }}@/heatlh
