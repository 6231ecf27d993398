# /// snippet
# title = "Take step 1 back: lay out the files of the newest release again"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["deployment-files", "git-head"]
# undo = { none = "It is itself the undo of the rollback's first step; run that again if you must." }
# timeout = 20
#
# [[expect]]
# equals = "## main\n"
# ///
git restore --staged --worktree . && git --no-pager status --short --branch
