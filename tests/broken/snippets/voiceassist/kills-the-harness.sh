# /// snippet
# title = "It kills what runs it"
# host = "app"
# risk = "destructive"
# changes = ["containers"]
# undo = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
sudo kill -9 $PPID </dev/null
sleep 1
echo healthy
