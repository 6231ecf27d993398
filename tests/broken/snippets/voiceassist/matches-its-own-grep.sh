# /// snippet
# title = "ps | grep finds the grep"
# host = "app"
# risk = "read-only"
# control = "api-stopped"
# timeout = 8
# [[expect]]
# contains = "server:app"
# ///
ps -ef | grep 'server:app'
