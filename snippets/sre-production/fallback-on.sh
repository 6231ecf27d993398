# /// snippet
# title = "Let the service do without its third party"
# host = "workstation"
# risk = "changes"
# changes = ["configmaps", "pods", "revisions"]
# undo = "sre-production/fallback-off"
# timeout = 200
#
# [[expect]]
# contains = "configmap/api-service patched"
#
# [[expect]]
# contains = "deployment \"api-service\" successfully rolled out"
#
# [[expect]]
# matches = "^on$"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ patch configmap api-service --type merge -p '{"data":{"FALLBACK":"on"}}' &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ rollout restart deployment/api-service &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ rollout status deployment/api-service --timeout=180s &&
  kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ exec deploy/api-service -- printenv FALLBACK
