# /// snippet
# title = "Let the service ask the database each time again"
# host = "workstation"
# risk = "changes"
# changes = ["configmaps", "pods", "revisions"]
# undo = { none = "It is itself the undo of the cache; turn it on again if you must." }
# timeout = 200
#
# [[expect]]
# contains = "configmap/api-service patched"
#
# [[expect]]
# contains = "deployment \"api-service\" successfully rolled out"
#
# [[expect]]
# matches = "^off$"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ patch configmap api-service --type merge -p '{"data":{"CACHE":"off"}}' &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ rollout restart deployment/api-service &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ rollout status deployment/api-service --timeout=180s &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ exec deploy/api-service -- printenv CACHE
