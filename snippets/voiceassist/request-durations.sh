# /// snippet
# title = "See how long each route takes, the slowest first"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "logs-emptied"
# timeout = 10
#
# [[expect]]
# matches = "^ *[0-9.]+ ms +[1-9][0-9]* requests +.*route=\"/api/conversations\",status=\"200\""
# ///
curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/metrics |
  awk -F '[{} ]' '
    /^http_request_duration_seconds_sum/ { seconds[$2] = $NF }
    /^http_request_duration_seconds_count/ { count[$2] = $NF }
    END { for (one in count) printf "%9.1f ms %7d requests  %s\n", 1000 * seconds[one] / count[one], count[one], one }' |
  sort -rn
