# /// snippet
# title = "Give the API more memory at once, without a restart"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["containers"]
# undo = "voiceassist/lower-memory-now"
# timeout = 20
#
# [[expect]]
# contains = "memory=536870912"
# ///
docker update --memory 512m --memory-swap 1024m voiceassist-voiceassist-server-1 &&
  docker inspect --format 'memory={{.HostConfig.Memory}}' voiceassist-voiceassist-server-1
