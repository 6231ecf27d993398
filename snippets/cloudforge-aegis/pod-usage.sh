# /// snippet
# title = "See how much CPU and memory each pod uses"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# matches = '^aegis-api-\w+-\w+ +[0-9]+m +[0-9]+Mi *$'
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ top pods --sort-by=cpu
