# /// snippet
# title = "Its child takes no signal"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 1
# silent = "it sleeps"
# ///
bash -c 'trap "" TERM INT HUP; sleep 300; true'
