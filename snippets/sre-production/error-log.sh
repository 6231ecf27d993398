# /// snippet
# title = "Read the last errors of the last hour from all of the service's pods"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 30
#
# [[expect]]
# matches = "^[0-9]+ of [1-9][0-9]* lines are errors$"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ logs -l app=api-service --since=1h --tail=-1 --prefix --ignore-errors |
  awk '/ERROR|^error:/ { last[++found] = $0 }
    END { for (i = found > 40 ? found - 39 : 1; i <= found; i++) print last[i]
      print found + 0, "of", NR, "lines are errors"; exit NR == 0 }'
