# /// snippet
# title = "Fetch the frontend as a user's browser does, certificate and all"
# host = "workstation"
# risk = "read-only"
# control = "frontend-stopped"
# timeout = 15
#
# [[expect]]
# of = "stderr"
# contains = "SSL certificate verify ok."
#
# [[expect]]
# matches = "^HTTP/2 200 ?\\r?$"
# ///
curl -fsSvI --max-time 10 https://@{{ akira.addresses.management }}@/
