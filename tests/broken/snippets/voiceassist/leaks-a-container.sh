# /// snippet
# title = "It says read-only and leaves a container running"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [[expect]]
# matches = "^[0-9a-f]{64}$"
# ///
docker run --detach --cap-drop ALL --entrypoint sleep voiceassist/base 300
