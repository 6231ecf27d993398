# /// snippet
# title = "See which release is set, which one runs, and what was deployed when"
# host = "workstation"
# risk = "read-only"
# control = "releases-emptied"
# timeout = 20
#
# [[expect]]
# matches = "^AKIRA_VERSION=1\\.8\\.2$"
#
# [[expect]]
# matches = "^[0-9TZ:-]{20} 1\\.8\\.2 "
#
# [[expect]]
# matches = "^akira-backend akira/backend:1\\.8\\.2$"
#
# [[expect]]
# matches = "^akira-frontend akira/frontend:1\\.8\\.2$"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'cd @{{ akira.hosts.mgmt.directory }}@ && grep ^AKIRA_VERSION= .env && tail -n 5 releases.log'
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'docker ps -a --format "{{.Names}} {{.Image}}"'
