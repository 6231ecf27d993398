# /// snippet
# title = "Scale the service up"
# host = "workstation"
# risk = "changes"
# changes = ["pods", "replicas", "revisions"]
# undo = "sre-production/scale-down"
# timeout = 200
#
# [[expect]]
# contains = "deployment.apps/api-service scaled"
#
# [[expect]]
# contains = "deployment.apps/api-service condition met"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ scale deployment/api-service --replicas=@{{ sre_production.sizes.replicas_raised }}@ &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ wait --for=jsonpath='{.status.readyReplicas}'=@{{ sre_production.sizes.replicas_raised }}@ deployment/api-service --timeout=180s
