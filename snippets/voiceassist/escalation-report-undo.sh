# /// snippet
# title = "Delete the incident's escalation reports"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["tmp-files"]
# undo = { none = "Deleted reports are gone; write a new one." }
# timeout = 20
#
# [inputs.INCIDENT]
# meaning = "the incident's ticket, such as INC-1042"
# sandbox = "INC-1042"
#
# [[expect]]
# matches = "^removed '/tmp/escalation_report_INC-1042_[0-9]{8}_[0-9]{6}\\.txt'$"
# ///
rm -v -- /tmp/escalation_report_"${INCIDENT:?set it first}"_*.txt
