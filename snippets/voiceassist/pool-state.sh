# /// snippet
# title = "Ask the API how many connections its pool has, and how many are free"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# timeout = 10
#
# [[expect]]
# contains = "db_pool_connections{state=\"open\"} @{{ voiceassist.database.pool_size }}@.0"
#
# [[expect]]
# number = { pattern = "state=\"available\"\\} ([0-9.]+)", min = 1 }
# ///
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/metrics | grep '^db_pool_connections'
