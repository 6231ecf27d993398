# /// snippet
# title = "See that every pod is ready, that the service answers, how many requests fail, and how long they take"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 30
#
# [[expect]]
# contains = "deployment \"api-service\" successfully rolled out"
#
# [[expect]]
# contains = "\"status\": \"ok\""
#
# [[expect]]
# matches = "^[1-9][0-9]* requests, "
#
# [[expect]]
# number = { pattern = "([0-9.]+) percent of them failed", max = "@{{ sre_production.thresholds.errors_percent }}@" }
#
# [[expect]]
# number = { pattern = "less than ([0-9]+) ms", max = "@{{ sre_production.thresholds.latency_ms }}@" }
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ rollout status deployment/api-service --timeout=10s
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ get --raw /api/v1/namespaces/@{{ sre_production.kubernetes.namespace }}@/services/api-service:@{{ sre_production.ports.api }}@/proxy/healthz
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ logs -l app=api-service --since=5m --tail=-1 --ignore-errors |
  sed -n 's/.* msg=request .*status=\([0-9]*\) ms=\([0-9.]*\).*/\2 \1/p' | sort -n |
  awk '{ ms[NR] = $1; failed += $2 >= 500 }
    END { if (!NR) { print "no request"; exit 1 }
      printf "\n%d requests, %.1f percent of them failed, 95 percent took less than %d ms\n", NR, 100 * failed / NR, ms[int(NR * 0.95 + 0.5)] + 1 }'
