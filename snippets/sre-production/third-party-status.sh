# /// snippet
# title = "Read what the payments provider says of itself"
# host = "workstation"
# risk = "read-only"
# control = "provider-page-stopped"
# timeout = 15
#
# [[expect]]
# json = { status = { indicator = "none" } }
# ///
curl -fsS --max-time 10 https://@{{ sre_production.addresses.third_party_status }}@/api/v2/status.json | jq .
