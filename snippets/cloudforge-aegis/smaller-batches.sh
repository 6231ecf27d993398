# /// snippet
# title = "Analyse in smaller batches"
# host = "workstation"
# risk = "changes"
# changes = ["configmaps", "pods", "revisions"]
# undo = "cloudforge-aegis/usual-batches"
# timeout = 200
#
# [[expect]]
# contains = "configmap/aegis-api patched"
#
# [[expect]]
# contains = "deployment \"aegis-api\" successfully rolled out"
#
# [[expect]]
# matches = "^@{{ cloudforge_aegis.sizes.batch_reduced }}@$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ patch configmap aegis-api --type merge -p '{"data":{"BATCH_SIZE":"@{{ cloudforge_aegis.sizes.batch_reduced }}@"}}' &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout restart deployment/aegis-api &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout status deployment/aegis-api --timeout=180s &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ exec deploy/aegis-api -- printenv BATCH_SIZE
