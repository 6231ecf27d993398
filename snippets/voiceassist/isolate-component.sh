# /// snippet
# title = "Take one service off the network, and leave it running"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["networks"]
# undo = "voiceassist/rejoin-component"
# timeout = 30
#
# [inputs.COMPONENT]
# meaning = "the service to take off the network, as `docker compose ps` names it, such as qdrant"
# sandbox = "qdrant"
#
# [[expect]]
# json = { ready = false, checks = { postgres = "ok", redis = "ok" }, http_status = 503 }
#
# [[expect]]
# matches = "\"qdrant\": \"qdrant: .*"
# ///
docker network disconnect voiceassist_default "voiceassist-${COMPONENT:?set it first}-1" &&
  curl -sS -w '{"http_status": %{http_code}}' http://localhost:@{{ voiceassist.ports.api }}@/ready | jq -s add
