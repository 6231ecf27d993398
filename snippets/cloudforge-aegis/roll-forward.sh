# /// snippet
# title = "Roll forward to the newest version again"
# host = "workstation"
# risk = "changes"
# changes = ["deployments", "pods", "revisions"]
# undo = { none = "It is itself the undo of a rollback; roll back again if you must." }
# timeout = 200
#
# [inputs.VERSION]
# meaning = "the version to run, from the list of revisions, such as 1.4.2"
# sandbox = "1.4.2"
#
# [[expect]]
# contains = "deployment.apps/aegis-api rolled back"
#
# [[expect]]
# contains = "deployment \"aegis-api\" successfully rolled out"
#
# [[expect]]
# matches = 'aegis-api:1\.4\.2$'
# ///
(
  set -euo pipefail
  version=":${VERSION:?set it first}"
  k() { kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ "$@"; }
  revision=$(k get replicasets -l app=aegis-api -o jsonpath='{range .items[*]}{.metadata.annotations.deployment\.kubernetes\.io/revision} {.spec.template.spec.containers[0].image}{"\n"}{end}' |
    sort -n | awk -v end="$version" 'substr($2, length($2) - length(end) + 1) == end { found = $1 } END { print found }')
  k rollout undo deployment/aegis-api --to-revision="${revision:?no revision has that version}"
  k rollout status deployment/aegis-api --timeout=180s
  k get deployment aegis-api -o jsonpath='{.spec.template.spec.containers[0].image}{"\n"}'
)
