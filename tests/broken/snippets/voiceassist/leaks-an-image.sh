# /// snippet
# title = "A tag of an image"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker tag voiceassist/base leaked
echo healthy
