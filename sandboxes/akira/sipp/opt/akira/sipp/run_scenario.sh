#!/bin/bash
# run_scenario.sh SCENARIO.xml TARGET.csv: places CALLS calls (20) through the SIP server and prints
# the answer-seizure ratio (answered calls, in percent of all) and the 95th percentile of the post-dial delay.
# The exit status is SIPp's: 0 when every call went as the scenario says.
set -uo pipefail

# shellcheck source=/dev/null # the addresses and ports of this environment
. /etc/akira/sipp.env
if [ $# -ne 2 ]; then
  echo "usage: run_scenario.sh SCENARIO.xml TARGET.csv" >&2
  exit 2
fi
scenario=$(realpath -- "$1") target=$(realpath -- "$2")
calls=${CALLS:-20}

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
sipp "$SIP_SERVER" -sf "$scenario" -inf "$target" -m "$calls" -r 20 -l 20 -nostdin -recv_timeout 2500 -timeout 20 -timeout_error -cid_str "%u-%p-$(date +%s)@%s" \
  -trace_stat -stf statistics.csv -fd 3600 -trace_rtt -rtt_freq 1 > screen 2> errors < /dev/null
status=$?

# The last line of the statistics, by the names in the first one.
read -r answered failed < <(awk -F ';' 'NR == 1 { for (n = 1; n <= NF; n++) column[$n] = n }
  END { print $column["SuccessfulCall(C)"], $column["FailedCall(C)"] }' statistics.csv 2> /dev/null)
total=$((${answered:-0} + ${failed:-0}))
if [ "$total" -eq 0 ]; then
  echo "no call was placed:" >&2
  tail -n 5 errors >&2
  exit $((status ? status : 1))
fi
echo "scenario: ${scenario##*/}"
echo "calls: $total, answered: $answered, failed: $failed"
awk -v a="$answered" -v t="$total" 'BEGIN { printf "ASR: %.1f%%\n", 100 * a / t }'
awk -F ';' 'FNR > 1 { print $2 }' ./*_rtt.csv 2> /dev/null | sort -n \
  | awk '{ delay[NR] = $1 } END { if (!NR) print "PDD p95: none"; else { n = int(NR * 0.95 + 0.999); printf "PDD p95: %.3f s\n", delay[n] / 1000 } }'
exit $status
