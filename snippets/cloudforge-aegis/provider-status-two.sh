# /// snippet
# title = "Read what the second AI provider says of itself"
# host = "workstation"
# risk = "read-only"
# control = "provider-pages-stopped"
# timeout = 15
#
# [[expect]]
# json = { status = { indicator = "none" } }
# ///
curl -fsS --max-time 10 https://@{{ cloudforge_aegis.addresses.provider_two_status }}@/api/v2/status.json | jq .
