# /// snippet
# title = "A command fails inside a pipe inside docker exec … sh -c"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# matches = '^\d+$'
# ///
docker compose exec -T redis sh -c 'cat /no/such/release | wc -l' </dev/null
