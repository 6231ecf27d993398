# /// snippet
# title = "What it changes is as before at its end"
# host = "app"
# risk = "changes"
# changes = ["tmp-files"]
# undo = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
touch /tmp/short
rm /tmp/short
echo healthy
