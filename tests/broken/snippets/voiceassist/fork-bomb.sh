# /// snippet
# title = "A fork bomb"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 5
# [[expect]]
# contains = "healthy"
# ///
bomb() { if ((SECONDS < 8)); then bomb | bomb & fi; }
bomb
sleep 5
echo healthy
