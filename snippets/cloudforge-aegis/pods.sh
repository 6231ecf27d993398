# /// snippet
# title = "List the pods, ready or not"
# host = "workstation"
# risk = "read-only"
# control = "api-removed"
# timeout = 15
#
# [[expect]]
# columns = ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
#
# [[expect]]
# matches = '^aegis-api-\w+-\w+ +1/1 +Running '
#
# [[expect]]
# lacks = " 0/1 "
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ get pods
