# /// snippet
# title = "Roll back, step 1: lay out the files of the release before"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["deployment-files", "git-head"]
# undo = "voiceassist/roll-back-files-undo"
# timeout = 20
#
# [[expect]]
# matches = "VERSION +\\|"
#
# [[expect]]
# matches = "server\\.py +\\|"
# ///
if git --no-pager diff --quiet HEAD; then
  git restore --source=HEAD~1 --staged --worktree . && git --no-pager diff --staged --stat
else
  echo "Not rolled back: these files were edited here, and the edits would be lost." >&2
  git --no-pager status --short
  false
fi
