# /// snippet
# title = "Judge the calls of the last minutes against this environment's limits"
# host = "workstation"
# risk = "read-only"
# control = "calls-failing"
# timeout = 20
#
# [[expect]]
# columns = ["since", "calls", "asr_percent", "pdd_p95_seconds", "judged"]
#
# [[expect]]
# matches = "^ [0-9]{2}:[0-9]{2} \\| +[0-9]+ \\| +(9[5-9]\\.[0-9]|100\\.0) \\| +[0-9.]+ \\| good$"
#
# [[expect]]
# matches = "^STABLE: no window of the last @{{ akira.thresholds.stable_minutes }}@ minutes is as bad as a SEV2$"
# ///
(
  set -euo pipefail
  table=$(ssh root@@{{ akira.hosts.db.name }}@ 'sudo -u @{{ akira.database.admin }}@ psql -X -v ON_ERROR_STOP=1 -d @{{ akira.database.name }}@' <<'END'
WITH windows AS (
  SELECT since, count(call_id) AS calls, count(call_id) - count(answered_at) AS failed, round(100.0 * count(answered_at) / nullif(count(call_id), 0), 1) AS asr_percent,
    round((percentile_cont(0.95) WITHIN GROUP (ORDER BY pdd_ms) / 1000)::numeric, 3) AS pdd_p95_seconds
  FROM generate_series(now() - interval '@{{ akira.thresholds.stable_minutes }}@ minutes', now() - interval '5 minutes', interval '5 minutes') AS since
  LEFT JOIN cdr ON ended_at >= since AND ended_at < since + interval '5 minutes'
  GROUP BY since
)
SELECT to_char(since, 'HH24:MI') AS since, calls, asr_percent, pdd_p95_seconds,
  CASE WHEN calls = 0 THEN 'no calls'
    WHEN (failed > 1 AND asr_percent < @{{ akira.thresholds.asr_percent_sev2 }}@) OR pdd_p95_seconds > @{{ akira.thresholds.pdd_seconds_sev2 }}@ THEN 'SEV2'
    WHEN asr_percent < @{{ akira.thresholds.asr_percent_baseline }}@ OR pdd_p95_seconds > @{{ akira.thresholds.pdd_p95_seconds_baseline }}@ THEN 'below the baseline'
    ELSE 'good' END AS judged
FROM windows ORDER BY windows.since;
END
  )
  echo "$table"
  if [[ $table == *"| good"* && $table != *"| SEV2"* ]]; then
    echo "STABLE: no window of the last @{{ akira.thresholds.stable_minutes }}@ minutes is as bad as a SEV2"
  else
    echo "NOT STABLE: see the windows above"
    false
  fi
)
