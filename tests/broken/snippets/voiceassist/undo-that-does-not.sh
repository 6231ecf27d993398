# /// snippet
# title = "Its undo takes back nothing"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["tmp-files"]
# undo = "voiceassist/useless-undo"
# silent = "touch prints nothing"
# ///
touch /tmp/left-by-a-canary
