# /// snippet
# title = "Read the API's counters of errors and failures"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^http_errors_total\\{route=\".+\",status=\"[45][0-9]{2}\"\\} [0-9.]+$"
#
# [[expect]]
# contains = "dependency_failures_total{dependency=\"postgres\"} 0.0"
# ///
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/metrics | grep -E '^[a-z_]*(error|failure)'
