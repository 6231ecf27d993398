# /// snippet
# title = "Let the autoscaler go down to the usual number of pods again"
# host = "workstation"
# risk = "changes"
# changes = ["autoscalers", "pods", "replicas", "revisions"]
# undo = { none = "It is itself the undo of scaling out; scale out again if you must." }
# timeout = 440
#
# [[expect]]
# contains = "horizontalpodautoscaler.autoscaling/aegis-api patched"
#
# [[expect]]
# contains = "deployment.apps/aegis-api condition met"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ patch hpa aegis-api --type merge -p '{"spec":{"minReplicas":@{{ cloudforge_aegis.sizes.replicas }}@}}' &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ wait --for=jsonpath='{.status.replicas}'=@{{ cloudforge_aegis.sizes.replicas }}@ deployment/aegis-api --timeout=420s
