# /// snippet
# title = "List all services, those that have stopped too"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
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
docker compose ps -a
