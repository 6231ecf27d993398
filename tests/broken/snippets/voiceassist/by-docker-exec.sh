# /// snippet
# title = "A command fails in docker exec … sh -c"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis sh -c 'cat /no/such/release; echo healthy' </dev/null
