# /// snippet
# title = "A broken snippet"
# host = "app"
# risk = "read-only"
# control = "stopped"
# [[expect]]
# contains = "active"
# ///
curl -s http://localhost:@{{ shop.prots.api }}@/health
