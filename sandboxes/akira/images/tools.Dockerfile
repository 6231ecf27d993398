# What is laid over hosts beside Debian's packages. The context is sandboxes/.

# The `nats` command line, which Debian does not have, from its Go module; go.mod and go.sum pin every part of it.
FROM debian:trixie-slim AS build
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates golang-go
# The flags of the clusters' build, whose cache has the standard library then.
ENV CGO_ENABLED=0 GOGC=off GOMEMLIMIT=2GiB GOTOOLCHAIN=local GOFLAGS="-trimpath -buildvcs=false -gcflags=all=-dwarf=false" GOCACHE=/cache/build GOMODCACHE=/cache/modules
WORKDIR /src
COPY akira/images/nats-cli ./
# A machine with authorities of its own hands its bundle in; it is no part of the image.
RUN --mount=type=secret,id=ca --mount=type=cache,id=drillbook-go,target=/cache \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi \
 && go build -mod=mod -ldflags='-s -w -X main.version=0.1.5' -o /nats github.com/nats-io/natscli/nats

FROM scratch AS mgmt-tools
COPY --from=build /nats /usr/bin/nats
COPY _chat/bot.py _chat/dialects.py _chat/grammar.py _chat/records.py /usr/local/lib/chat/

FROM scratch AS chat-sender
COPY _chat/telegram /usr/local/bin/telegram
