# /// snippet
# title = "The JSON says something else"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# json = { status = "unhealthy" }
# ///
curl -s http://localhost:@{{ voiceassist.ports.api }}@/health
