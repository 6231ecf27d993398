# /// snippet
# title = "Ask the kernel's log which processes it killed for want of memory"
# host = "app"
# kind = "shell"
# risk = "read-only"
#
# [skip]
# reason = "The sandbox's host is a container, and the kernel's log belongs to the machine below it."
# owner = "VoiceAssist DevOps"
# expires = 2027-05-31
# ///
sudo journalctl --no-pager --dmesg --since '-24h' --grep 'out of memory|oom-kill'
