# /// snippet
# title = "Is it a complete outage?"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# timeout = 20
#
# [[expect]]
# contains = "No outage"
# ///
case $(curl -s --max-time 10 -o /dev/null -w '%{http_code}' http://localhost:@{{ voiceassist.ports.api }}@/health) in
  200) echo "No outage: the API answers, and reaches PostgreSQL and Redis." ;;
  000) echo "COMPLETE OUTAGE: nobody answers within ten seconds." ;;
  *) echo "OUTAGE: the API answers, and cannot serve its users." ;;
esac
