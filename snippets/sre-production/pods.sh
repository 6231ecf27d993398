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
# matches = '^api-service-\w+-\w+ +1/1 +Running '
#
# [[expect]]
# lacks = "0/1"
# ///
kubectl --context @{{ sre_production.kubernetes.context }}@ -n @{{ sre_production.kubernetes.namespace }}@ get pods
