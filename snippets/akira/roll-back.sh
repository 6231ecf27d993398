# /// snippet
# title = "Roll back to the release before"
# host = "workstation"
# risk = "changes"
# changes = ["containers", "container-starts", "deployment-files"]
# undo = "akira/roll-forward"
# timeout = 150
#
# [inputs.PREVIOUS]
# meaning = "the version to go back to, from the release log, such as 1.8.1"
# sandbox = "1.8.1"
#
# [[expect]]
# contains = "[akira/backend:1.8.1]"
#
# [[expect]]
# contains = "[akira/frontend:1.8.1]"
#
# [[expect]]
# contains = "[akira/cdr-worker:1.8.1]"
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
# matches = "^akira-backend akira/backend:1\\.8\\.1$"
#
# [[expect]]
# matches = "^akira-frontend akira/frontend:1\\.8\\.1$"
#
# [[expect]]
# matches = "^akira-cdr-worker akira/cdr-worker:1\\.8\\.1$"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ "cd @{{ akira.hosts.mgmt.directory }}@ &&
  docker image inspect --format '{{.RepoTags}}' 'akira/backend:${PREVIOUS:?set it first}' 'akira/frontend:$PREVIOUS' 'akira/cdr-worker:$PREVIOUS' &&
  sed -i 's/^AKIRA_VERSION=.*/AKIRA_VERSION=$PREVIOUS/' .env &&
  docker compose up -d --wait --wait-timeout 120 --no-build --pull never &&
  docker ps -a --format '{{.Names}} {{.Image}}'"
