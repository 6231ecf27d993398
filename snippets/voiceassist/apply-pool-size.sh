# /// snippet
# title = "Start the API anew with the size of the pool that stands in .env"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["container-starts", "database-sessions", "deployment-files"]
# requires = ["voiceassist/set-pool-size"]
# undo = { none = "The container is another one now. Put the size in .env back, and run this again." }
# timeout = 150
#
# [[expect]]
# matches = "msg=starting .*db_pool_size=@{{ voiceassist.database.pool_size_raised }}@"
#
# [[expect]]
# contains = "db_pool_connections{state=\"open\"} @{{ voiceassist.database.pool_size_raised }}@.0"
# ///
docker compose up -d --wait --wait-timeout 120 voiceassist-server &&
  docker compose logs --no-log-prefix --tail=20 voiceassist-server | grep msg=starting &&
  curl -fsS http://localhost:@{{ voiceassist.ports.api }}@/metrics | grep '^db_pool_connections'
