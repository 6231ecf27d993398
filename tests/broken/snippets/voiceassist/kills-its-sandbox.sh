# /// snippet
# title = "The sandbox dies under it: errored, not failed"
# host = "app"
# kind = "shell"
# risk = "destructive"
# changes = ["containers"]
# undo = { none = "a canary" }
# silent = "nothing is left to print it"
# ///
sudo sh -c 'kill -KILL -1'
