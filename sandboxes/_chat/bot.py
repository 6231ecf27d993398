"""A Telegram bot: gets the Bot API's updates at its webhook, and answers each in the reply to it.

bot.py GRAMMAR RECORDS PORT; BOT_NAME is its user name, BOT_SECRET what the webhook was set with (`secret_token`).
https://core.telegram.org/bots/api#setwebhook and #making-requests-when-getting-updates describe what is spoken.
"""

from __future__ import annotations

import hmac
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from grammar import Grammar, RefusedError, read_grammar
from records import Records

LIMIT = 1 << 20
"""Bytes of an update; Telegram's are far smaller."""


def answer(update: dict[str, Any], grammar: Grammar, records: Records, bot: str) -> dict[str, Any] | None:
    """Return the Bot API call that answers an update, or None: the bot says nothing."""
    message = update.get("message", {})
    text = str(message.get("text", ""))
    word, at, name = text.partition(" ")[0].partition("@")
    if word.startswith("/") and at:
        # In a group a command may name the bot that it is for.
        if name.lower() != bot.lower():
            return None
        text = text.replace(at + name, "", 1)
    sender = message.get("from", {}).get("username", "somebody")
    try:
        found = grammar.read(text)
        if found is None:
            return None
        command, blanks = found
        reply = records.apply(command.effect, {**blanks, "sender": sender})
    except RefusedError as problem:
        reply = f"Error: {problem}"
    sys.stdout.write(json.dumps({"from": sender, "text": text, "reply": reply}) + "\n")
    sys.stdout.flush()
    answered = {"message_id": message["message_id"]}
    return {"method": "sendMessage", "chat_id": message["chat"]["id"], "text": reply, "reply_parameters": answered}


def main() -> None:
    """Serve the webhook on loopback until asked to stop."""
    grammar, records = read_grammar(Path(sys.argv[1])), Records(Path(sys.argv[2]))
    bot, secret = os.environ["BOT_NAME"].removeprefix("@"), os.environ["BOT_SECRET"]

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = self.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            size = int(self.headers.get("Content-Length", "0"))
            if not hmac.compare_digest(given.encode(), secret.encode()):
                self.respond(401, {"ok": False, "description": "Unauthorized"})
            elif size > LIMIT:
                self.respond(413, {"ok": False, "description": "Request Entity Too Large"})
            else:
                try:
                    reply = answer(json.loads(self.rfile.read(size)), grammar, records, bot)
                except (ValueError, KeyError, AttributeError):
                    self.respond(400, {"ok": False, "description": "Bad Request: that is no update"})
                else:
                    self.respond(200, reply or {})

        def respond(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
            pass

    # One after the other: two commands never change the records at once.
    server = HTTPServer(("127.0.0.1", int(sys.argv[3])), Webhook)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    main()
