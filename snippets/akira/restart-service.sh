# /// snippet
# title = "Restart one container of the management host, and wait until it is healthy"
# host = "workstation"
# risk = "changes"
# changes = ["container-starts"]
# undo = { none = "A restart cannot be taken back: requests under way are cut off." }
# timeout = 120
#
# [inputs.SERVICE]
# meaning = "akira-backend, akira-frontend or akira-cdr-worker"
# sandbox = "akira-frontend"
#
# [[expect]]
# of = "both"
# matches = "Container akira-frontend +Started"
#
# [[expect]]
# of = "both"
# matches = "Container akira-frontend +Healthy"
#
# [[expect]]
# matches = "^akira-frontend Up .* \\(healthy\\)$"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ "docker compose -f @{{ akira.hosts.mgmt.directory }}@/docker-compose.yml restart '${SERVICE:?set it first}' &&
  docker compose -f @{{ akira.hosts.mgmt.directory }}@/docker-compose.yml up -d --wait --wait-timeout 60 --no-recreate --no-deps '$SERVICE' &&
  docker ps --filter 'name=^$SERVICE\$' --format '{{.Names}} {{.Status}}'"
