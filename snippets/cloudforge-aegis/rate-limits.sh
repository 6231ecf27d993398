# /// snippet
# title = "See whether the AI provider refuses requests because there are too many"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# matches = "^[0-9]+ of [1-9][0-9]* lines speak of a rate limit$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ logs -l app=aegis-api --tail=1000 --prefix --ignore-errors |
  awk '/rate_limit/ { print; found++ } END { print found + 0, "of", NR, "lines speak of a rate limit"; exit NR == 0 }'
