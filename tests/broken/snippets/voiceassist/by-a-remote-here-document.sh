# /// snippet
# title = "A command fails in a here-document that a container's shell reads"
# host = "app"
# risk = "read-only"
# control = { none = "a broken snippet" }
# timeout = 8
# [[expect]]
# contains = "healthy"
# ///
docker compose exec -T redis sh <<'END'
cat /no/such/release
echo healthy
END
