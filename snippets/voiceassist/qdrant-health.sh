# /// snippet
# title = "Ask Qdrant for its health"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "qdrant-stopped"
# timeout = 20
#
# [[expect]]
# equals = "healthz check passed\n"
# ///
curl -fsS -w '\n' http://localhost:@{{ voiceassist.ports.qdrant }}@/healthz
