# What is laid over the chat's host: the bot, and kubectl for what it does in the cluster. The context is sandboxes/.
FROM scratch
COPY --from=kubernetes/client /usr/bin/kubectl /usr/bin/kubectl
COPY _chat/bot.py _chat/dialects.py _chat/grammar.py _chat/records.py /usr/local/lib/chat/
