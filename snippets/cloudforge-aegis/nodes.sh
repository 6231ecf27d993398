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
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.admin_context }}@ get nodes
kubectl --context @{{ cloudforge_aegis.kubernetes.admin_context }}@ top nodes
