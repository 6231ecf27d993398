# /// snippet
# title = "List the services that run"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "services-removed"
# timeout = 20
#
# [[expect]]
# columns = ["NAME", "SERVICE", "STATUS"]
#
# [[expect]]
# matches = " voiceassist-server +.* Up .*\\(healthy\\)"
#
# [[expect]]
# matches = " postgres +.* Up .*\\(healthy\\)"
#
# [[expect]]
# matches = " redis +.* Up .*\\(healthy\\)"
#
# [[expect]]
# matches = " qdrant +.* Up "
# ///
docker compose ps
