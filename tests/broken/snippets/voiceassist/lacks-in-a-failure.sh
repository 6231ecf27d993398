# /// snippet
# title = "What failed does not say error"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# lacks = "error"
# ///
cat /no/such.log
