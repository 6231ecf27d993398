# /// snippet
# title = "Keep more pods running"
# host = "workstation"
# risk = "changes"
# changes = ["autoscalers", "pods", "replicas", "revisions"]
# undo = "cloudforge-aegis/scale-in"
# timeout = 140
#
# [[expect]]
# contains = "horizontalpodautoscaler.autoscaling/aegis-api patched"
#
# [[allow]]
# line = 5
# status = [1]
# reason = "it waits until enough pods are ready"
#
# [[expect]]
# matches = "^aegis-api +@{{ cloudforge_aegis.sizes.replicas_raised }}@/@{{ cloudforge_aegis.sizes.replicas_raised }}@ "
# ///
(
  set -euo pipefail
  SECONDS=0 ready=0
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ patch hpa aegis-api --type merge -p '{"spec":{"minReplicas":@{{ cloudforge_aegis.sizes.replicas_raised }}@}}'
  until [ "${ready:-0}" -ge @{{ cloudforge_aegis.sizes.replicas_raised }}@ ] || [ "$SECONDS" -ge 120 ]; do
    sleep 2
    ready=$(kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ get deployment aegis-api -o jsonpath='{.status.readyReplicas}')
  done
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ get deployment aegis-api
)
