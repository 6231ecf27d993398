# /// snippet
# title = "See from a host of the service whether the database answers, and the service over its pool"
# host = "control"
# risk = "read-only"
# control = "postgres-stopped"
# timeout = 20
#
# [[expect]]
# contains = "@{{ ansible_rocketchat.hosts.db.name }}@:5432 - accepting connections"
#
# [[expect]]
# contains = "{\"status\": \"ok\""
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'pg_isready -h @{{ ansible_rocketchat.hosts.db.name }}@ -d @{{ ansible_rocketchat.database.name }}@ -t 3'
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'curl -fsS --max-time 5 http://localhost:@{{ ansible_rocketchat.ports.api + 1 }}@/healthz'
