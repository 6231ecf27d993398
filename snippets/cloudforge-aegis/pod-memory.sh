# /// snippet
# title = "See which pods use how much memory, what they may use, and what ended them last"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# matches = '^aegis-api-\w+-\w+ +[0-9]+m +[0-9]+Mi *$'
#
# [[expect]]
# matches = '^aegis-api-\w+-\w+ +@{{ cloudforge_aegis.sizes.memory }}@ +[0-9]+ +'
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ top pods -l app=aegis-api --sort-by=memory
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ get pods -l app=aegis-api -o 'custom-columns=POD:.metadata.name,LIMIT:.spec.containers[0].resources.limits.memory,RESTARTS:.status.containerStatuses[0].restartCount,LAST_END:.status.containerStatuses[0].lastState.terminated.reason'
