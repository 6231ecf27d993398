# /// snippet
# title = "The file that it reads was there before"
# host = "app"
# risk = "read-only"
# control = "api-stopped"
# timeout = 8
# [[expect]]
# matches = '^\d+\.\d+\.\d+$'
# ///
cat VERSION
