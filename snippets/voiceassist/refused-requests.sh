# /// snippet
# title = "See the requests that were refused: who was not known, not allowed, or too many"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 20
#
# [[expect]]
# matches = "path=/api/auth/login status=401 .*client=[0-9.]+"
#
# [[expect]]
# lacks = "status=200"
#
# [[expect]]
# lacks = "status=404"
# ///
docker compose logs --no-log-prefix voiceassist-server | grep -E ' status=(401|403|429)( |$)' | tail -n 100
