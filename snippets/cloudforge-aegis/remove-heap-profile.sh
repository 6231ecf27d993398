# /// snippet
# title = "Remove the heap profile"
# host = "workstation"
# risk = "changes"
# changes = ["workstation-files"]
# undo = { none = "It is itself an undo; save the profile again if you must." }
# timeout = 10
#
# [[expect]]
# matches = "^removed '/home/\\S+/heap\\.prof'$"
# ///
rm -v ~/heap.prof
