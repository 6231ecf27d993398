# /// snippet
# title = "Read the last errors of the last hour from all of the service's pods"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 30
#
# [[expect]]
# matches = '^[0-9]+ in \[pod/api-service-\w+-\w+/api-service\]$'
#
# [[expect]]
# matches = "^[0-9]+ of [1-9][0-9]* lines are errors$"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ logs -l app=api-service --since=1h --tail=-1 --prefix --ignore-errors |
  LC_ALL=C sort -s -k 2,2 |
  awk '/^error:/ { print; next }
    { lines++; errors[$1] += 0 }
    /ERROR|FATAL/ { last[++found] = $0; errors[$1]++ }
    END { for (i = found > 40 ? found - 39 : 1; i <= found; i++) print last[i]
      for (pod in errors) print errors[pod], "in", pod
      print found + 0, "of", lines + 0, "lines are errors"; exit NR == 0 }'
