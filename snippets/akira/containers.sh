# /// snippet
# title = "List the management host's containers, those that have stopped too"
# host = "workstation"
# risk = "read-only"
# control = "backend-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^akira-backend Up .* \\(healthy\\)$"
#
# [[expect]]
# matches = "^akira-frontend Up .* \\(healthy\\)$"
#
# [[expect]]
# matches = "^akira-cdr-worker Up .* \\(healthy\\)$"
#
# [[expect]]
# columns = ["NAME", "IMAGE", "SERVICE", "STATUS"]
#
# [[expect]]
# matches = "^akira-backend +akira/backend:[0-9.]+ .* Up "
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'docker ps -a --format "{{.Names}} {{.Status}}"'
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'docker compose -f @{{ akira.hosts.mgmt.directory }}@/docker-compose.yml ps -a'
