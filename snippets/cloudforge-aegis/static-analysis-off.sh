# /// snippet
# title = "Analyse with the AI provider again"
# host = "workstation"
# risk = "changes"
# changes = ["configmaps", "pods", "revisions"]
# undo = { none = "It is itself the undo of the static mode; turn it on again if you must." }
# timeout = 200
#
# [[expect]]
# contains = "configmap/aegis-api patched"
#
# [[expect]]
# contains = "deployment \"aegis-api\" successfully rolled out"
#
# [[expect]]
# matches = "^off$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ patch configmap aegis-api --type merge -p '{"data":{"STATIC_ANALYSIS_ONLY":"off"}}' &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout restart deployment/aegis-api &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout status deployment/aegis-api --timeout=180s &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ exec deploy/aegis-api -- printenv STATIC_ANALYSIS_ONLY
