# /// snippet
# title = "See whether the nodes are well, and how full they are"
# host = "workstation"
# risk = "read-only"
# control = "metrics-stopped"
# timeout = 15
#
# [[expect]]
# matches = '^\S+ +Ready +'
#
# [[expect]]
# matches = '^\S+ +[0-9]+m +[0-9]+% +[0-9]+Mi +[0-9]+% *$'
#
# [[expect]]
# contains = "DiskPressure=False"
#
# [[expect]]
# contains = "MemoryPressure=False"
# ///
kubectl --context @{{ sre_production.kubernetes.admin_context }}@ get nodes
kubectl --context @{{ sre_production.kubernetes.admin_context }}@ top nodes
kubectl --context @{{ sre_production.kubernetes.admin_context }}@ get nodes -o 'jsonpath={range .items[*].status.conditions[*]}{.type}={.status}{"\n"}{end}'
