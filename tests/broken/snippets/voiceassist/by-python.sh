# /// snippet
# title = "os.system() in Python keeps the status for itself"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
python3 -c 'import os; os.system("cat /no/such/release")'
echo healthy
