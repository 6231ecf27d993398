# /// snippet
# title = "The prompt # makes a comment of the command"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# silent = "a comment prints nothing"
# ///
# curl -s http://localhost:@{{ voiceassist.ports.api }}@/health
