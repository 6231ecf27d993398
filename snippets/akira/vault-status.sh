# /// snippet
# title = "See whether Vault is sealed"
# host = "workstation"
# risk = "read-only"
# control = "vault-sealed"
# timeout = 15
#
# [[expect]]
# matches = "^Initialized +true$"
#
# [[expect]]
# matches = "^Sealed +false$"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'vault status'
