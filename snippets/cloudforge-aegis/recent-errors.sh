# /// snippet
# title = "Look for errors in the last 100 lines of each pod's log"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# matches = "^[0-9]+ of [1-9][0-9]* lines speak of an error$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ logs -l app=aegis-api --tail=100 --prefix --ignore-errors |
  awk 'tolower($0) ~ /error|fatal/ { print; found++ } END { print found + 0, "of", NR, "lines speak of an error"; exit NR == 0 }'
