# /// snippet
# title = "See what each container uses now"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %"]
#
# [[expect]]
# matches = " voiceassist-voiceassist-server-1 +[0-9.]+% +[1-9][0-9.]*MiB / 256MiB"
#
# [[expect]]
# matches = " voiceassist-postgres-1 +[0-9.]+% +[1-9][0-9.]*MiB / 512MiB"
#
# [[expect]]
# matches = " voiceassist-redis-1 +[0-9.]+% +[1-9][0-9.]*MiB / 128MiB"
# ///
docker stats --no-stream
