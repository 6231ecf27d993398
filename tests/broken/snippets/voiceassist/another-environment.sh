# /// snippet
# title = "It asks a host of another environment"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
curl -fsS http://va-app-01.staging.voiceassist.example:8000/health
echo healthy
