# /// snippet
# title = "Raise the API's memory limit for good, in a file beside docker-compose.yml"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["deployment-files", "git-head"]
# undo = "voiceassist/restore-memory-limit"
# timeout = 20
#
# [[expect]]
# equals = "536870912\n"
# ///
(
  set -eC
  cat > docker-compose.override.yml <<'END'
# Memory raised during an incident.
services:
  voiceassist-server:
    mem_limit: 512m
END
  docker compose config --format json | jq -r '.services["voiceassist-server"].mem_limit'
)
