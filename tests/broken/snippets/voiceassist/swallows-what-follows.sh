# /// snippet
# title = "Pasted, it swallows the line behind it"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# timeout = 8
# [[expect]]
# contains = "behind"
# ///
docker compose exec -T voiceassist-server cat
echo behind
