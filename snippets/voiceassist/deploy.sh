# /// snippet
# title = "Roll back, step 2: build and start what is laid out"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["containers", "container-starts", "deployment-files", "git-head", "images"]
# undo = { none = "The container that ran before is gone. To have the newer release again, roll forward." }
# requires = ["voiceassist/roll-back-files"]
# timeout = 180
#
# [[expect]]
# contains = "healthy: 2.0.0 runs, 2.0.0 is laid out"
# ///
docker compose build --quiet voiceassist-server &&
  docker compose up -d --wait --wait-timeout 120 --no-deps voiceassist-server &&
  curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/health |
  jq -r --arg files "$(cat VERSION)" '"\(.status): \(.version) runs, \($files) is laid out"'
