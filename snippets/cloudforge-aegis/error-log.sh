# /// snippet
# title = "Read the errors among the last 500 lines of each pod's log"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# matches = "^[0-9]+ of [1-9][0-9]* lines are errors$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ logs -l app=aegis-api --tail=500 --prefix --ignore-errors |
  awk '/ERROR|FATAL|^error:/ { print; found++ } END { print found + 0, "of", NR, "lines are errors"; exit NR == 0 }'
