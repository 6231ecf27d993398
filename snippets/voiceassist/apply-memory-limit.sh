# /// snippet
# title = "Start the API anew with the memory limit of the files"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["containers", "container-starts", "deployment-files", "git-head"]
# requires = ["voiceassist/raise-memory-limit"]
# undo = { none = "The container is another one now. Take the raised limit back, and run this again." }
# timeout = 150
#
# [[expect]]
# contains = "memory=536870912 healthy"
# ///
docker compose up -d --wait --wait-timeout 120 voiceassist-server &&
  docker inspect --format 'memory={{.HostConfig.Memory}} {{.State.Health.Status}}' voiceassist-voiceassist-server-1
