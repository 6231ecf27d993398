# /// snippet
# title = "unhealthy holds the letters of healthy"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
curl -s http://localhost:@{{ voiceassist.ports.api }}@/health | jq -r '"un" + .status'
