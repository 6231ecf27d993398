# /// snippet
# title = "Ping the other services from the API's container"
# host = "app"
# kind = "shell"
# risk = "read-only"
# control = "qdrant-stopped"
# timeout = 30
#
# [[expect]]
# matches = "--- postgres ping statistics ---\n3 packets transmitted, 3 received"
#
# [[expect]]
# matches = "--- redis ping statistics ---\n3 packets transmitted, 3 received"
#
# [[expect]]
# matches = "--- qdrant ping statistics ---\n3 packets transmitted, 3 received"
# ///
for service in postgres redis qdrant; do
  docker compose exec -T voiceassist-server ping -q -c 3 -i 0.2 -W 1 "$service" </dev/null
done
