# /// snippet
# title = "system() in awk keeps the status for itself"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
awk 'BEGIN { system("cat /no/such/release") }'
echo healthy
