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
# [[expect]]
# contains = "deployment.apps/aegis-api condition met"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ patch hpa aegis-api --type merge -p '{"spec":{"minReplicas":@{{ cloudforge_aegis.sizes.replicas_raised }}@}}' &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ wait --for=jsonpath='{.status.readyReplicas}'=@{{ cloudforge_aegis.sizes.replicas_raised }}@ deployment/aegis-api --timeout=120s
