# /// snippet
# title = "What another one requires fails"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# silent = "it only shows that it can be read"
# ///
cat ~/.ssh/no-such-key
