# /// snippet
# title = "A placeholder that the shell takes for a redirection"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "voiceassist"
# ///
docker logs <container>
