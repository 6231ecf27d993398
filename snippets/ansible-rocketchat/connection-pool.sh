# /// snippet
# title = "See how many connections are taken, by whom, out of how many, and how full an instance's pool is"
# host = "control"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# columns = ["taken", "possible"]
#
# [[expect]]
# matches = "^ +[0-9]+ \\| +@{{ ansible_rocketchat.database.max_connections }}@$"
#
# [[expect]]
# matches = "^ api@1 on @{{ ansible_rocketchat.hosts.api.name }}@ +\\| idle +\\| +[0-9]+ \\|"
#
# [[expect]]
# matches = "^ api@1 on @{{ ansible_rocketchat.hosts.api_2.name }}@ +\\| idle +\\| +[0-9]+ \\|"
#
# [[expect]]
# contains = "api_pool_connections @{{ ansible_rocketchat.database.pool_size }}@"
#
# [[expect]]
# matches = "^api_pool_connections_in_use [0-9]+$"
# ///
ssh root@@{{ ansible_rocketchat.hosts.db.name }}@ 'sudo -u @{{ ansible_rocketchat.database.admin }}@ psql -X -v ON_ERROR_STOP=1 -d @{{ ansible_rocketchat.database.name }}@' <<'END'
SELECT count(*) AS taken, current_setting('max_connections')::int AS possible FROM pg_stat_activity WHERE backend_type = 'client backend';
SELECT application_name, state, count(*) AS connections, max(date_trunc('second', now() - state_change)) AS longest
FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY application_name, state ORDER BY connections DESC, application_name;
END
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'curl -fsS --max-time 5 http://localhost:@{{ ansible_rocketchat.ports.api + 1 }}@/metrics'
