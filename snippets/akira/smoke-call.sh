# /// snippet
# title = "Place smoke calls through Kamailio"
# host = "workstation"
# risk = "changes"
# changes = ["cdr-rows", "replica-cdr-rows", "stream"]
# undo = { none = "The calls were made: their records stay, under the caller of the smoke test." }
# timeout = 30
#
# [[expect]]
# contains = "failed: 0"
#
# [[expect]]
# number = { pattern = "^ASR: ([0-9.]+)%$", min = "@{{ akira.thresholds.asr_percent_baseline }}@" }
#
# [[expect]]
# number = { pattern = "^PDD p95: ([0-9.]+) s$", max = "@{{ akira.thresholds.pdd_p95_seconds_baseline }}@" }
# ///
ssh -n root@@{{ akira.hosts.sipp.name }}@ 'cd @{{ akira.hosts.sipp.directory }}@ && ./run_scenario.sh smoke_e2e_single.xml smoke_target.csv'
