# /// snippet
# title = "A command fails in a script that is piped into a container's shell"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
echo 'cat /no/such/release; echo healthy' | docker compose exec -T redis sh
