# /// snippet
# title = "Replay call records of the last while through a consumer of its own"
# host = "workstation"
# risk = "changes"
# changes = ["stream", "stream-consumers"]
# undo = "akira/end-replay"
# timeout = 120
#
# [inputs.SINCE]
# meaning = "how far back, such as 30m or 2h; a little more than the outage lasted"
# sandbox = "30m"
#
# [[expect]]
# matches = "^Information for Consumer @{{ akira.stream.name }}@ > cdr_replay "
#
# [[expect]]
# matches = "^read=[1-9][0-9]* inserted=0 already=[1-9][0-9]*$"
# ///
ssh -n root@@{{ akira.hosts.mgmt.name }}@ "nats consumer add @{{ akira.stream.name }}@ cdr_replay --pull --deliver='${SINCE:?set it first}' --ack=explicit --replay=instant --defaults &&
  docker compose -f @{{ akira.hosts.mgmt.directory }}@/docker-compose.yml run --rm --no-deps -T -e STREAM_CONSUMER=cdr_replay akira-cdr-worker --drain"
