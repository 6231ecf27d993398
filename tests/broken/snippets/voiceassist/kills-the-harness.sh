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
echo healthy
sudo kill -9 $PPID
sleep 1
