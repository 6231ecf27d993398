# /// snippet
# title = "It needs an alias of the writer's shell"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [alias.health]
# contains = "healthy"
# [[expect]]
# contains = "healthy"
# ///
alias health="echo healthy"
health
