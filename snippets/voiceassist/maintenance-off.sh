# /// snippet
# title = "Switch maintenance mode off"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["tmp-files", "container-files"]
# undo = { none = "It is itself the undo of maintenance mode; switch that on again if you must." }
# timeout = 20
#
# [[expect]]
# equals = "healthy\n"
# ///
rm -f /tmp/maintenance_mode
docker compose exec -T voiceassist-server rm -f /app/maintenance_mode </dev/null
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health | jq -r .status
