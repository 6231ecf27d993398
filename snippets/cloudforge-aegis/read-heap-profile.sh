# /// snippet
# title = "Read which functions hold the memory"
# host = "workstation"
# risk = "read-only"
# control = "profiles-emptied"
# timeout = 30
#
# [inputs.PROFILE]
# meaning = "the file in your home that holds the profile, such as heap.prof"
# sandbox = "heap-before.prof"
#
# [[expect]]
# matches = "^Type: inuse_space$"
#
# [[expect]]
# matches = "^ +flat +flat% +sum% +cum +cum%$"
# ///
go tool pprof -top -nodecount=20 ~/"${PROFILE:?set it first}"
