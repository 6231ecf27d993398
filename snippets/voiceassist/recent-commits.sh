# /// snippet
# title = "List the commits of the last two hours"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "history-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^[0-9a-f]{7,} (\\(.*\\) )?Release 2\\.0\\.1"
#
# [[expect]]
# lines = { min = 1, max = 1 }
# ///
git --no-pager log -5 --oneline --since="2 hours ago"
