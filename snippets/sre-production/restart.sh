# /// snippet
# title = "Restart the service: new pods first, then the old ones go"
# host = "workstation"
# risk = "changes"
# changes = ["pods", "revisions"]
# undo = { none = "A restart cannot be taken back: what a pod had in memory is gone." }
# timeout = 200
#
# [[expect]]
# contains = "deployment.apps/api-service restarted"
#
# [[expect]]
# contains = "deployment \"api-service\" successfully rolled out"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ rollout restart deployment/api-service &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ rollout status deployment/api-service --timeout=180s
