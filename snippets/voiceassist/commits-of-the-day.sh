# /// snippet
# title = "List the commits of the last 24 hours"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "history-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^[0-9a-f]{7,} (\\(.*\\) )?Release 2\\.0\\.0"
#
# [[expect]]
# lines = { min = 2, max = 2 }
# ///
git --no-pager log --since="24 hours ago" --oneline
