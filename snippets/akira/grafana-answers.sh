# /// snippet
# title = "Ask Grafana for its health"
# host = "workstation"
# risk = "read-only"
# control = "grafana-stopped"
# timeout = 15
#
# [[expect]]
# json = { database = "ok" }
# ///
curl -fsS --max-time 10 https://@{{ akira.addresses.grafana }}@/api/health
