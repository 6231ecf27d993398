# /// snippet
# title = "See what the autoscaler wants, and why"
# host = "workstation"
# risk = "read-only"
# control = "autoscaler-removed"
# timeout = 15
#
# [[expect]]
# columns = ["NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"]
#
# [[expect]]
# matches = "^aegis-api +Deployment/aegis-api +cpu: [0-9]+%/[0-9]+% +@{{ cloudforge_aegis.sizes.replicas }}@ +"
#
# [[expect]]
# matches = "^ +AbleToScale +True "
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ get hpa aegis-api
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ describe hpa aegis-api
