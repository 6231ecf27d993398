# /// snippet
# title = "See how much CPU and memory each pod uses"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# matches = '^api-service-\w+-\w+ +[0-9]+m +[0-9]+Mi *$'
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ top pods --sort-by=cpu
