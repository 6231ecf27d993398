"""Stands in for a Rocket.Chat server: rooms, messages, slash commands and an outgoing webhook, over its REST API.

Spoken as documented: https://developer.rocket.chat/apidocs (commands.run, chat.postMessage, channels.create, .info,
.messages, .archive, .unarchive, .delete) and https://docs.rocket.chat/docs/integrations (outgoing webhook: token, bot,
channel_id, channel_name, message_id, timestamp, user_id, user_name, text, siteUrl; `text` of the answer is posted). An
app's slash command is handed to the bot as a message to the webhook is.

rocketchat.py SETTINGS STATE: two JSON files; settings name site, port, webhook, token, bot, commands and users.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
import threading
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Given = Mapping[str, Any]
Room = dict[str, Any]


class FailureError(Exception):
    """What the API answers with `success: false`; the words are Rocket.Chat's."""


class Server:
    """The rooms, and what can be done with them. One lock: requests come at once, the bot's among them."""

    def __init__(self, settings: Given, state: Path) -> None:
        self._settings, self._state, self._lock = settings, state, threading.RLock()
        self._rooms: list[Room] = json.loads(state.read_text("utf-8"))["rooms"]

    def find_user(self, identity: str, token: str) -> str | None:
        """Return the name of who has this identity and token."""
        user = self._settings["users"].get(identity, {})
        return user["name"] if secrets.compare_digest(str(user.get("token", "")), token) and token else None

    def run_command(self, user: str, given: Given) -> Given:
        """POST commands.run: command, roomId, params."""
        command, params = given.get("command"), given.get("params") or ""
        if not isinstance(command, str):
            raise FailureError("You must provide a command to run.")
        if not isinstance(params, str):
            raise FailureError("The parameters for the command must be a single string.")
        if not isinstance(given.get("roomId"), str):
            raise FailureError("The room's id where to execute this command must be provided and be a string.")
        if command.lower() not in self._settings["commands"]:
            raise FailureError("The command provided does not exist (or is disabled).")
        self._hand_on(user, self._find(given), f"/{command.lower()} {params}".rstrip(), secrets.token_hex(8))
        return {}

    def post_message(self, user: str, given: Given) -> Given:
        """POST chat.postMessage: roomId or channel, text."""
        room = self._find(given)
        message = self._post(room, user, str(given.get("text", "")))
        if user != self._settings["bot"]:
            self._hand_on(user, room, message["msg"], message["_id"])
        return {"ts": message["ts"], "channel": room["name"], "message": message}

    def create_channel(self, user: str, given: Given) -> Given:
        """POST channels.create: name."""
        name = str(given.get("name") or "")
        if not name:
            raise FailureError('Body param "name" is required')
        with self._lock:
            if any(room["name"] == name for room in self._rooms):
                raise FailureError(f"A channel with name '{name}' exists [error-duplicate-channel-name]")
            room = {"_id": secrets.token_hex(8), "name": name, "t": "c", "u": {"username": user}, "messages": []}
            self._rooms.append(room)
            self._write()
        return {"channel": show(room)}

    def archive_channel(self, user: str, given: Given) -> Given:
        """POST channels.archive: roomId."""
        return self._set_archived(given, archived=True)

    def unarchive_channel(self, user: str, given: Given) -> Given:
        """POST channels.unarchive: roomId."""
        return self._set_archived(given, archived=False)

    def delete_channel(self, user: str, given: Given) -> Given:
        """POST channels.delete: roomId."""
        with self._lock:
            self._rooms.remove(self._find(given))
            self._write()
        return {}

    def tell_channel(self, user: str, given: Given) -> Given:
        """GET channels.info: roomId or roomName."""
        return {"channel": show(self._find(given))}

    def list_messages(self, user: str, given: Given) -> Given:
        """GET channels.messages: roomId or roomName, count; the newest first."""
        messages = self._find(given)["messages"][::-1]
        shown = messages[: int(given.get("count", 50))]
        return {"messages": shown, "count": len(shown), "offset": 0, "total": len(messages)}

    def _find(self, given: Given) -> Room:
        wanted = given.get("roomId") or given.get("roomName") or str(given.get("channel", "")).removeprefix("#")
        for room in self._rooms:
            if wanted in (room["_id"], room["name"]):
                return room
        raise FailureError(
            'The required "roomId" or "roomName" param provided does not match any channel [error-room-not-found]'
        )

    def _set_archived(self, given: Given, *, archived: bool) -> Given:
        with self._lock:
            room = self._find(given)
            if room.get("archived", False) == archived:
                raise FailureError(f"The channel named {room['name']} is {'' if archived else 'not '}archived")
            room["archived"] = archived
            self._write()
        return {}

    def _post(self, room: Room, user: str, text: str) -> dict[str, Any]:
        if room.get("archived"):
            raise FailureError("error-room-archived")
        message = {"_id": secrets.token_hex(8), "rid": room["_id"], "msg": text, "ts": now(), "u": {"username": user}}
        with self._lock:
            room["messages"].append(message)
            self._write()
        return message

    def _hand_on(self, user: str, room: Room, text: str, number: str) -> None:
        """Give what was typed to the bot, and post what it says."""
        body = {
            "token": self._settings["token"],
            "bot": False,
            "channel_id": room["_id"],
            "channel_name": room["name"],
            "message_id": number,
            "timestamp": now(),
            "user_id": user,
            "user_name": user,
            "text": text,
            "siteUrl": self._settings["site"],
        }
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._settings["webhook"], data=json.dumps(body).encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer = json.load(response)
        except (OSError, ValueError) as problem:
            sys.stderr.write(f"the outgoing webhook failed: {problem}\n")
            return
        if answer.get("text"):
            self._post(room, self._settings["bot"], answer["text"])

    def _write(self) -> None:
        new = self._state.with_suffix(".new")
        new.write_text(json.dumps({"rooms": self._rooms}, indent=1) + "\n", "utf-8")
        os.replace(new, self._state)


def show(room: Room) -> Room:
    """Return a room as the API tells it."""
    return {key: value for key, value in room.items() if key != "messages"} | {"msgs": len(room["messages"])}


def now() -> str:
    """Return the time as Rocket.Chat writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


ROUTES: dict[tuple[str, str], Callable[[Server, str, Given], Given]] = {
    ("POST", "commands.run"): Server.run_command,
    ("POST", "chat.postMessage"): Server.post_message,
    ("POST", "channels.create"): Server.create_channel,
    ("POST", "channels.archive"): Server.archive_channel,
    ("POST", "channels.unarchive"): Server.unarchive_channel,
    ("POST", "channels.delete"): Server.delete_channel,
    ("GET", "channels.info"): Server.tell_channel,
    ("GET", "channels.messages"): Server.list_messages,
}


def main() -> None:
    """Serve the API until asked to stop."""
    settings = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    server = Server(settings, Path(sys.argv[2]))

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer("GET", dict(parse_qsl(urlsplit(self.path).query)))

        def do_POST(self) -> None:
            try:
                self.answer("POST", json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}"))
            except ValueError:
                self.respond(400, {"success": False, "error": "Invalid JSON"})

        def answer(self, method: str, given: Given) -> None:
            path = urlsplit(self.path).path
            if (method, path) == ("GET", "/api/info"):
                self.respond(200, {"version": "stand-in", "success": True})
                return
            user = server.find_user(self.headers.get("X-User-Id", ""), self.headers.get("X-Auth-Token", ""))
            route = ROUTES.get((method, path.removeprefix("/api/v1/")))
            if user is None:
                self.respond(401, {"status": "error", "message": "You must be logged in to do this."})
            elif route is None:
                self.respond(404, {"success": False, "error": f"API endpoint '{path}' does not exist."})
            else:
                try:
                    self.respond(200, {**route(server, user, given), "success": True})
                except FailureError as problem:
                    self.respond(400, {"success": False, "error": str(problem)})

        def respond(self, status: int, body: Given) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
            pass

    web = ThreadingHTTPServer(("", int(settings["port"])), Api)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=web.shutdown).start())
    web.serve_forever()


if __name__ == "__main__":
    main()
