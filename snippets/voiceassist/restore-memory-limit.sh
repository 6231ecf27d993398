# /// snippet
# title = "Take the raised memory limit back"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["deployment-files", "git-head"]
# undo = { none = "It is itself the undo of the raised limit; raise it again if you must." }
# timeout = 20
#
# [[expect]]
# equals = "268435456\n"
# ///
grep -qx '# Memory raised during an incident.' docker-compose.override.yml && rm docker-compose.override.yml &&
  docker compose config --format json | jq -r '.services["voiceassist-server"].mem_limit'
