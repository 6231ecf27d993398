# /// snippet
# title = "List the ten queries that are slowest on average"
# host = "control"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["calls", "total_ms", "mean_ms", "max_ms", "query"]
#
# [[expect]]
# lines = { min = 5, max = 14 }
# ///
ssh root@@{{ ansible_rocketchat.hosts.db.name }}@ 'sudo -u @{{ ansible_rocketchat.database.admin }}@ psql -X -v ON_ERROR_STOP=1 -d @{{ ansible_rocketchat.database.name }}@' <<'END'
SELECT calls, round(total_exec_time::numeric, 1) AS total_ms, round(mean_exec_time::numeric, 1) AS mean_ms,
  round(max_exec_time::numeric, 1) AS max_ms, left(regexp_replace(query, '\s+', ' ', 'g'), 80) AS query
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY mean_exec_time DESC LIMIT 10;
END
