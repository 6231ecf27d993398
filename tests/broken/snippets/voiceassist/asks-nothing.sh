# /// snippet
# title = "It passes whether the API runs or not"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "api-stopped"
# [[expect]]
# contains = "healthy"
# ///
echo healthy
