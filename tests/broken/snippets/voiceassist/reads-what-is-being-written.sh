# /// snippet
# title = "It reads what is still being written"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
(sleep 0.3; curl -s http://localhost:@{{ voiceassist.ports.api }}@/health > /tmp/race) &
jq -r .status /tmp/race
