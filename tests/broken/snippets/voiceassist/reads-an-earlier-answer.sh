# /// snippet
# title = "It asks only where no answer lies from an earlier time"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
if [ ! -e /tmp/health.json ]; then curl -s http://localhost:@{{ voiceassist.ports.api }}@/health > /tmp/health.json; fi
jq -r .status /tmp/health.json
