# /// snippet
# title = "Roll forward to the newest release again"
# host = "workstation"
# risk = "changes"
# changes = ["containers", "container-starts", "deployment-files"]
# undo = { none = "It is itself the undo of a rollback; roll back again if you must." }
# timeout = 150
#
# [inputs.NEWEST]
# meaning = "the version to go forward to, from the release log, such as 1.8.2"
# sandbox = "1.8.2"
#
# [[expect]]
# contains = "[akira/backend:1.8.2]"
#
# [[expect]]
# contains = "[akira/frontend:1.8.2]"
#
# [[expect]]
# contains = "[akira/cdr-worker:1.8.2]"
#
# [[expect]]
# of = "both"
# matches = "Container akira-backend +Healthy"
#
# [[expect]]
# of = "both"
# matches = "Container akira-frontend +Healthy"
#
# [[expect]]
# of = "both"
# matches = "Container akira-cdr-worker +Healthy"
#
# [[expect]]
# matches = "^akira-backend akira/backend:1\\.8\\.2$"
#
# [[expect]]
# matches = "^akira-frontend akira/frontend:1\\.8\\.2$"
#
# [[expect]]
# matches = "^akira-cdr-worker akira/cdr-worker:1\\.8\\.2$"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ "cd @{{ akira.hosts.mgmt.directory }}@ &&
  docker image inspect --format '{{.RepoTags}}' 'akira/backend:${NEWEST:?set it first}' 'akira/frontend:$NEWEST' 'akira/cdr-worker:$NEWEST' &&
  sed -i 's/^AKIRA_VERSION=.*/AKIRA_VERSION=$NEWEST/' .env &&
  docker compose up -d --wait --wait-timeout 120 --no-build --pull never &&
  docker ps -a --format '{{.Names}} {{.Image}}'"
