# /// snippet
# title = "Save the heap profile of the pod that uses most memory"
# host = "workstation"
# risk = "changes"
# changes = ["workstation-files"]
# undo = "cloudforge-aegis/remove-heap-profile"
# timeout = 60
#
# [[allow]]
# line = 10
# status = [143]
# reason = "the port-forward is ended on purpose"
#
# [[expect]]
# matches = '^\S+ 1 \S+ \S+ +[1-9][0-9]{2,} .* /home/\S+/heap\.prof$'
#
# [[expect]]
# matches = '^the heap of aegis-api-\w+-\w+$'
# ///
(
  set -euo pipefail
  pod=$(kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ top pods -l app=aegis-api --sort-by=memory --no-headers | awk 'NR == 1 { print $1 }')
  kubectl --context @{{ cloudforge_aegis.kubernetes.context }}@ -n @{{ cloudforge_aegis.kubernetes.namespace }}@ port-forward "pod/${pod:?no pod is measured}" @{{ cloudforge_aegis.ports.pprof }}@:@{{ cloudforge_aegis.ports.pprof }}@ >/dev/null </dev/null &
  forward=$!
  failed=0
  sleep 1
  curl -sS --fail --max-time 30 --retry 15 --retry-delay 1 --retry-connrefused -o ~/heap.prof http://localhost:@{{ cloudforge_aegis.ports.pprof }}@/debug/pprof/heap || failed=$?
  kill "$forward"
  wait "$forward" 2>/dev/null || true
  [ "$failed" = 0 ]
  ls -l ~/heap.prof
  echo "the heap of $pod"
)
