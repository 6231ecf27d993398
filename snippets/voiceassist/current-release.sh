# /// snippet
# title = "See which release is laid out, and whether anybody edited it"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "history-emptied"
# timeout = 20
#
# [[expect]]
# matches = "\\A[0-9a-f]{7,} (\\(.*\\) )?Release 2\\.0\\.1"
#
# [[expect]]
# matches = "^## main$"
#
# [[expect]]
# lines = { min = 2, max = 2 }
# ///
git --no-pager log -1 --oneline
git --no-pager status --short --branch
