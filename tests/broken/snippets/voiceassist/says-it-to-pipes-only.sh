# /// snippet
# title = "It says something else to a terminal"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
python3 -c 'import sys; print("un" * sys.stdout.isatty() + "healthy")'
