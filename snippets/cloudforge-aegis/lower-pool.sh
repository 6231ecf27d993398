# /// snippet
# title = "Give each pod its usual pool of connections again"
# host = "workstation"
# risk = "changes"
# changes = ["configmaps", "pods", "revisions"]
# undo = { none = "It is itself the undo of raising the pool; raise it again if you must." }
# timeout = 200
#
# [[expect]]
# contains = "configmap/aegis-api patched"
#
# [[expect]]
# contains = "deployment \"aegis-api\" successfully rolled out"
#
# [[expect]]
# matches = "^@{{ cloudforge_aegis.database.pool_size }}@$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ patch configmap aegis-api --type merge -p '{"data":{"DB_POOL_SIZE":"@{{ cloudforge_aegis.database.pool_size }}@"}}' &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout restart deployment/aegis-api &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout status deployment/aegis-api --timeout=180s &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ exec deploy/aegis-api -- printenv DB_POOL_SIZE
