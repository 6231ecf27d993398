# /// snippet
# title = "Count the connections to PostgreSQL, as the service reaches it"
# host = "workstation"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["application_name", "connections"]
#
# [[expect]]
# matches = '^ aegis-api +\| +[1-9][0-9]*$'
#
# [[expect]]
# matches = '^ +\| +[1-9][0-9]*$'
# ///
kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ exec deploy/aegis-api -- \
  sh -c 'psql -X -P pager=off "$DATABASE_URL" -c "SELECT application_name, count(*) AS connections FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY ROLLUP (application_name) ORDER BY grouping(application_name) DESC, connections DESC"'
