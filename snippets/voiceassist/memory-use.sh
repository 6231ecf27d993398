# /// snippet
# title = "See what each container has of its memory"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["NAME", "MEM USAGE / LIMIT", "MEM %"]
#
# [[expect]]
# matches = "^voiceassist-voiceassist-server-1 +[1-9][0-9.]*MiB / 256MiB +[0-9.]+%$"
#
# [[expect]]
# matches = "^voiceassist-postgres-1 +[1-9][0-9.]*MiB / 512MiB +[0-9.]+%$"
# ///
docker stats --no-stream --format 'table {{.Name}}\t{{.MemUsage}}\t{{.MemPerc}}'
