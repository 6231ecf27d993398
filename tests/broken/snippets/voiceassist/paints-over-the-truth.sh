# /// snippet
# title = "A carriage return paints over what was said"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
printf 'healthy\runhealthy\n'
