# /// snippet
# title = "Roll forward: lay out, build and start the newest release again"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["containers", "container-starts", "images"]
# undo = { none = "It is itself the way back from a rollback; roll back again if you must." }
# requires = ["voiceassist/roll-back-files", "voiceassist/deploy"]
# timeout = 240
#
# [[expect]]
# contains = "healthy: 2.0.1 runs, 2.0.1 is laid out"
# ///
git restore --staged --worktree . &&
  docker compose build --quiet voiceassist-server &&
  docker compose up -d --wait --wait-timeout 120 --no-deps voiceassist-server &&
  curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health |
  jq -r --arg files "$(cat VERSION)" '"\(.status): \(.version) runs, \($files) is laid out"'
