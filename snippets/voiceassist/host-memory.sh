# /// snippet
# title = "See how much memory the host has left"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "It asks the kernel for the machine's memory, which nothing in the sandbox can stop or empty." }
# timeout = 10
#
# [[expect]]
# columns = ["total", "used", "free", "available"]
#
# [[expect]]
# matches = "^Mem: +[1-9]"
# ///
free -h
