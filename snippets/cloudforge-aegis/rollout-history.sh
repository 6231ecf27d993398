# /// snippet
# title = "See which versions were rolled out, when, and which one runs"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# columns = ["REVISION", "CHANGE-CAUSE"]
#
# [[expect]]
# matches = '^[0-9]+ +\S*aegis-api:1\.4\.2 +[1-9][0-9]* +20[0-9TZ:-]+$'
#
# [[expect]]
# matches = '^[0-9]+ +\S*aegis-api:1\.4\.1 +0 +20[0-9TZ:-]+$'
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ rollout history deployment/aegis-api
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ get replicasets -l app=aegis-api --sort-by=.metadata.creationTimestamp -o 'custom-columns=REVISION:.metadata.annotations.deployment\.kubernetes\.io/revision,IMAGE:.spec.template.spec.containers[0].image,PODS:.status.replicas,FIRST:.metadata.creationTimestamp'
