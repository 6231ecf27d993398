# /// snippet
# title = "See how full the disks are"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "The sandbox shows its machine's own disk, which nothing in it may fill or take away." }
# timeout = 20
#
# [[expect]]
# columns = ["Filesystem", "Size", "Used", "Avail", "Use%", "Mounted on"]
#
# [[expect]]
# columns = ["Filesystem", "Inodes", "IUsed", "IFree", "IUse%", "Mounted on"]
#
# [[expect]]
# number = { pattern = "([0-9]+)% /$", max = 100 }
# ///
df -h
df -i /
