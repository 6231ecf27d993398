# /// snippet
# title = "See whether a container was killed for want of memory"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "memory-exhausted"
# timeout = 20
#
# [[expect]]
# contains = "/voiceassist-voiceassist-server-1 OOMKilled=false restarts=0"
#
# [[expect]]
# contains = "/voiceassist-postgres-1 OOMKilled=false restarts=0"
#
# [[expect]]
# lacks = " oom "
# ///
docker compose ps -aq | xargs docker inspect \
  --format '{{.Name}} OOMKilled={{.State.OOMKilled}} restarts={{.RestartCount}} status={{.State.Status}} started={{.State.StartedAt}}'
docker events --since 24h --until "$(date +%s)" --filter event=oom --filter event=die --format '{{json .}}' |
  jq -r '"\(.time | todate) \(.Action) \(.Actor.Attributes.name) \(.Actor.Attributes.exitCode // "")"'
