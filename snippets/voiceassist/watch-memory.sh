# /// snippet
# title = "Watch the API's memory"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# status = [0, 130]
#
# [stream]
# within = 20
#
# [[expect]]
# matches = "voiceassist-voiceassist-server-1 +[0-9.]+% +[1-9][0-9.]*MiB / 256MiB"
# ///
watch -n 5 docker stats --no-stream voiceassist-voiceassist-server-1
