# /// snippet
# title = "A command fails inside a pipe"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = { none = "a canary" }
# [[expect]]
# contains = "healthy"
# ///
docker compose logs no-such-service | cat
echo healthy
