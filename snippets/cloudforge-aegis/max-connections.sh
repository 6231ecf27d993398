# /// snippet
# title = "Ask how many connections PostgreSQL allows"
# host = "workstation"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^ @{{ cloudforge_aegis.database.max_connections }}@$"
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ exec deploy/aegis-api -- \
  sh -c 'psql -X -P pager=off "$DATABASE_URL" -c "SHOW max_connections"'
