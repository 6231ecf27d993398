# /// snippet
# title = "Switch maintenance mode on"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["tmp-files", "container-files"]
# undo = "voiceassist/maintenance-off"
# timeout = 20
#
# [[expect]]
# contains = "maintenance"
# ///
touch /tmp/maintenance_mode
docker compose exec -T voiceassist-server touch /app/maintenance_mode </dev/null
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health | jq -r .status
