# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# [[expect]]
# contains = "active"
# ///
docker exec shop sh -c 'cat /no/such/release; echo active'
