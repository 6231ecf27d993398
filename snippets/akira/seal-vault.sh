# /// snippet
# title = "Seal Vault, so that nobody gets a secret from it any more"
# host = "workstation"
# risk = "changes"
# changes = ["vault-seal"]
# undo = "akira/unseal-vault"
# timeout = 15
#
# [[expect]]
# contains = "Success! Vault is sealed."
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ 'vault operator seal'
