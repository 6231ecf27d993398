# /// snippet
# title = "Let the service check itself from inside a pod: database, AI provider"
# host = "workstation"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# json = { status = "ok", components = { database = "ok", ai_provider = "ok" } }
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ exec deploy/aegis-api -- ./aegis health
