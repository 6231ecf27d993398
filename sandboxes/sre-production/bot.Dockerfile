# What is laid over the chat's host: the bot. The context is sandboxes/.
FROM scratch
COPY _chat/bot.py _chat/dialects.py _chat/grammar.py _chat/records.py /usr/local/lib/chat/
