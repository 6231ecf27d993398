# /// snippet
# title = "See whether the service runs on a host"
# host = "control"
# risk = "read-only"
# control = "api-stopped"
# timeout = 20
#
# [[expect]]
# matches = "^. api@1\\.service - Harbor API, instance 1$"
#
# [[expect]]
# matches = "^ +Active: active \\(running\\) since "
# ///
ssh -n root@@{{ ansible_rocketchat.hosts.api.name }}@ 'systemctl status "api@*" --no-pager --lines 5'
