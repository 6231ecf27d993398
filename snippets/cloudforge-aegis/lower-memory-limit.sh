# /// snippet
# title = "Let each pod use as much memory as usual again"
# host = "workstation"
# risk = "changes"
# changes = ["deployments", "pods", "revisions"]
# undo = { none = "It is itself the undo of raising the limit; raise it again if you must." }
# timeout = 200
#
# [[expect]]
# contains = "deployment.apps/aegis-api resource requirements updated"
#
# [[expect]]
# contains = "deployment \"aegis-api\" successfully rolled out"
#
# [[expect]]
# matches = "^@{{ cloudforge_aegis.sizes.memory }}@$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ set resources deployment/aegis-api -c aegis-api --limits=memory=@{{ cloudforge_aegis.sizes.memory }}@ &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout status deployment/aegis-api --timeout=180s &&
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ get deployment aegis-api -o jsonpath='{.spec.template.spec.containers[0].resources.limits.memory}{"\n"}'
