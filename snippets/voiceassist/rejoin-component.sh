# /// snippet
# title = "Put the service back on the network"
# host = "app"
# kind = "shell"
# risk = "changes"
# changes = ["networks"]
# undo = { none = "It is itself the undo of taking the service off; do that again if you must." }
# timeout = 30
#
# [inputs.COMPONENT]
# meaning = "the service that was taken off the network, such as qdrant"
# sandbox = "qdrant"
#
# [[expect]]
# json = { ready = true }
# ///
docker network connect --alias "${COMPONENT:?set it first}" --alias "voiceassist-$COMPONENT-1" \
  voiceassist_default "voiceassist-$COMPONENT-1" &&
  curl -sS --fail-with-body http://localhost:@{{ voiceassist.ports.api }}@/ready | jq .
