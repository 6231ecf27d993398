# /// snippet
# title = "It asks, nobody answers, and nothing is done"
# host = "app"
# risk = "changes"
# changes = ["deployment-files"]
# undo = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
rm -i VERSION
echo healthy
