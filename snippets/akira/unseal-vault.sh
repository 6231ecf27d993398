# /// snippet
# title = "Give Vault one or more of its unseal keys"
# host = "workstation"
# risk = "changes"
# changes = ["vault-seal"]
# undo = { none = "It is itself the way back from a sealed Vault; seal it again if you must." }
# timeout = 20
#
# [inputs.UNSEAL_KEYS]
# meaning = "your share of the unseal key; several shares with a blank between them"
# sandbox = "sandbox-share-1 sandbox-share-2 sandbox-share-3"
#
# [[expect]]
# matches = "^\\{\"sealed\":true,\"progress\":\"1 of 3\"\\}$"
#
# [[expect]]
# matches = "^\\{\"sealed\":false,\"progress\":\"0 of 3\"\\}$"
# ///
(
  set -euo pipefail
  read -ra shares <<<"${UNSEAL_KEYS:?set it first}"
  for share in "${shares[@]}"; do
    printf '{"key": "%s"}' "$share" |
      curl -fsS --max-time 10 -X POST --data @- https://@{{ akira.addresses.vault }}@/v1/sys/unseal |
      jq -c '{sealed, progress: "\(.progress) of \(.t)"}'
  done
)
