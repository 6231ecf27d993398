# /// snippet
# title = "Go back to one instance of the API"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["containers", "container-starts", "database-sessions", "networks", "processes"]
# undo = { none = "It is itself the undo of scaling up; scale up again if you must." }
# timeout = 150
#
# [[expect]]
# equals = "voiceassist-voiceassist-server-1\n"
# ///
docker compose up -d --wait --wait-timeout 120 --no-recreate --no-build --no-deps --scale voiceassist-server=1 voiceassist-server &&
  docker compose ps -a --format '{{.Name}}' voiceassist-server
