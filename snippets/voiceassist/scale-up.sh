# /// snippet
# title = "Start two more instances of the API beside the first"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["containers", "container-starts", "database-sessions", "networks", "processes"]
# undo = "voiceassist/scale-down"
# timeout = 150
#
# [[expect]]
# contains = "@{{ voiceassist.ports.api }}@ healthy"
#
# [[expect]]
# contains = "@{{ voiceassist.ports.api_2 }}@ healthy"
#
# [[expect]]
# contains = "@{{ voiceassist.ports.api_3 }}@ healthy"
# ///
docker compose -f docker-compose.yml -f - up -d --wait --wait-timeout 120 \
  --no-recreate --no-build --no-deps --scale voiceassist-server=3 voiceassist-server <<'END'
services:
  voiceassist-server:
    ports: !override ["@{{ voiceassist.ports.api_2 }}@-@{{ voiceassist.ports.api_3 }}@:@{{ voiceassist.ports.api }}@"]
END
for port in @{{ voiceassist.ports.api }}@ @{{ voiceassist.ports.api_2 }}@ @{{ voiceassist.ports.api_3 }}@; do
  curl -fsS "http://localhost:$port/health" | jq -r --arg port "$port" '"\($port) \(.status)"'
done
