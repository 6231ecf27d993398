# /// snippet
# title = "Take the additional memory from the API again, without a restart"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["containers"]
# undo = { none = "It is itself the undo of giving more memory; give it again if you must." }
# timeout = 20
#
# [[expect]]
# contains = "memory=268435456"
# ///
docker update --memory 256m --memory-swap 512m voiceassist-voiceassist-server-1 &&
  docker inspect --format 'memory={{.HostConfig.Memory}}' voiceassist-voiceassist-server-1
