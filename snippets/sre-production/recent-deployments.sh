# /// snippet
# title = "See what was rolled out, newest last, and what runs"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# columns = ["FIRST", "DEPLOYMENT", "REVISION", "IMAGE", "PODS"]
#
# [[expect]]
# matches = '^20[0-9TZ:-]+ +api-service +[0-9]+ +\S*api-service:2\.7\.1 +[1-9][0-9]*$'
#
# [[expect]]
# matches = '^20[0-9TZ:-]+ +api-service +[0-9]+ +\S*api-service:2\.7\.0 +0$'
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ get replicasets --sort-by=.metadata.creationTimestamp -o 'custom-columns=FIRST:.metadata.creationTimestamp,DEPLOYMENT:.metadata.ownerReferences[0].name,REVISION:.metadata.annotations.deployment\.kubernetes\.io/revision,IMAGE:.spec.template.spec.containers[0].image,PODS:.status.replicas'
