# /// snippet
# title = "What it requires fails"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# requires = ["voiceassist/by-no-such-key"]
# [[expect]]
# contains = "healthy"
# ///
echo healthy
