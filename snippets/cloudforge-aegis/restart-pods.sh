# /// snippet
# title = "Restart the pods, one after the other"
# host = "workstation"
# risk = "changes"
# changes = ["pods", "revisions"]
# undo = { none = "A restart cannot be taken back: what a pod had in memory is gone." }
# timeout = 200
#
# [[expect]]
# contains = "deployment.apps/aegis-api restarted"
#
# [[expect]]
# contains = "deployment \"aegis-api\" successfully rolled out"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout restart deployment/aegis-api &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout status deployment/aegis-api --timeout=180s
