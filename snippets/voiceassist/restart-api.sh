# /// snippet
# title = "Restart the API, and wait until it is healthy"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["container-starts"]
# undo = { none = "A restart cannot be taken back: requests under way were cut off." }
# timeout = 150
#
# [[expect]]
# contains = "healthy"
# ///
docker compose restart voiceassist-server &&
  docker compose up -d --wait --wait-timeout 120 --no-recreate --no-deps voiceassist-server &&
  curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health | jq -r .status
