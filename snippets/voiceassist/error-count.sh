# /// snippet
# title = "Count the errors of the last ten minutes, in all services"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "services-removed"
# timeout = 20
#
# [[expect]]
# matches = "\\A[1-9][0-9]*\n\\Z"
# ///
log=$(docker compose logs --since 10m) && grep -ci error <<<"$log"
