# /// snippet
# title = "A command fails in a script for ssh"
# host = "app"
# risk = "changes"
# changes = ["host-files"]
# undo = { none = "a broken snippet" }
# timeout = 15
# requires = ["voiceassist/ssh-key"]
# [[expect]]
# contains = "healthy"
# ///
ssh -n -i ~/.ssh/broken -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -q localhost 'cat /no/such/release; echo healthy'
