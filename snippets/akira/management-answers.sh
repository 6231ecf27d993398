# /// snippet
# title = "Ask the backend for its health, the way users reach it"
# host = "workstation"
# risk = "read-only"
# control = "backend-stopped"
# timeout = 15
#
# [[expect]]
# matches = "^HTTP/2 200 ?\\r?$"
# ///
curl -fsS -I --max-time 10 https://@{{ akira.addresses.management }}@/healthz
