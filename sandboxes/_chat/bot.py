"""A chat bot: gets what people type at its webhook, and answers each message in the reply to it.

bot.py CHAT GRAMMAR RECORDS PORT; CHAT is one of dialects.py, BOT_NAME the bot's user name, BOT_SECRET what the
chat proves itself with.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from dialects import DIALECTS, Said, UnauthorizedError
from grammar import Grammar, RefusedError, read_grammar
from records import Records

LIMIT = 1 << 20
"""Bytes of a request; chats' are far smaller."""


def answer(said: Said, grammar: Grammar, records: Records) -> dict[str, Any]:
    """Return the reply to a message; an empty one where the bot says nothing."""
    try:
        found = grammar.read(said.text)
        if found is None:
            return {}
        command, blanks = found
        reply = records.apply(command.effect, {**blanks, "sender": said.sender})
    except RefusedError as problem:
        reply = f"Error: {problem}"
    sys.stdout.write(json.dumps({"from": said.sender, "text": said.text, "reply": reply}) + "\n")
    sys.stdout.flush()
    return said.reply(reply)


def serve(chat: str, grammar: Grammar, records: Records, port: int, settings: Mapping[str, str]) -> None:
    """Serve the webhook until asked to stop; to other hosts where BOT_ADDRESS says so."""

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            if size > LIMIT:
                self.respond(413, {"ok": False, "description": "Request Entity Too Large"})
                return
            try:
                said = DIALECTS[chat](self.headers, self.rfile.read(size), settings)
                self.respond(200, answer(said, grammar, records) if said else {})
            except UnauthorizedError:
                self.respond(401, {"ok": False, "description": "Unauthorized"})
            except (ValueError, KeyError, AttributeError):
                self.respond(400, {"ok": False, "description": "Bad Request: that is no message"})

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
    server = HTTPServer((settings.get("BOT_ADDRESS", "127.0.0.1"), port), Webhook)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], read_grammar(Path(sys.argv[2])), Records(Path(sys.argv[3])), int(sys.argv[4]), os.environ)
