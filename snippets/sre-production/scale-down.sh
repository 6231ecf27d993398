# /// snippet
# title = "Scale the service down to its usual size again"
# host = "workstation"
# risk = "changes"
# changes = ["pods", "replicas", "revisions"]
# undo = { none = "It is itself the undo of scaling up; scale up again if you must." }
# timeout = 200
#
# [[expect]]
# contains = "deployment.apps/api-service scaled"
#
# [[expect]]
# contains = "deployment.apps/api-service condition met"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ scale deployment/api-service --replicas=@{{ sre_production.sizes.replicas }}@ &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ wait --for=jsonpath='{.status.replicas}'=@{{ sre_production.sizes.replicas }}@ deployment/api-service --timeout=180s
