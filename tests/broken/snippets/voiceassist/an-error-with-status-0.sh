# /// snippet
# title = "An error is printed with status 0, and nothing is expected"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# silent = "it sets something"
# ///
docker compose exec -T redis redis-cli NO-SUCH-COMMAND </dev/null
