# /// snippet
# title = "Let the service reach PostgreSQL directly again"
# host = "workstation"
# risk = "changes"
# changes = ["configmaps", "pods", "revisions"]
# undo = { none = "It is itself the undo of going through PgBouncer; go through it again if you must." }
# timeout = 200
#
# [[expect]]
# contains = "configmap/aegis-api patched"
#
# [[expect]]
# contains = "deployment \"aegis-api\" successfully rolled out"
#
# [[expect]]
# matches = "^@{{ cloudforge_aegis.ports.postgres }}@$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ patch configmap aegis-api --type merge -p '{"data":{"DB_PORT":"@{{ cloudforge_aegis.ports.postgres }}@"}}' &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout restart deployment/aegis-api &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout status deployment/aegis-api --timeout=180s &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ exec deploy/aegis-api -- printenv DB_PORT
