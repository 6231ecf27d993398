"""The chat bot that sandboxes share, spoken to as Telegram, Rocket.Chat and Slack would: over its webhook."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

CHAT = Path(__file__).parents[3] / "sandboxes" / "_chat"
GRAMMAR = """
[blanks]
name = {meaning = "who acknowledges", pattern = "[A-Z][a-z]+( [A-Z][a-z]+)*"}
title = {meaning = "what happened"}
severity = {meaning = "how bad it is", values = ["critical", "minor"]}
ticket = {meaning = "a ticket's number", pattern = "T-[0-9]+"}

[[command]]
form = "ACK <name>"
change = "alerts"
where = {state = "open"}
fields = {state = "acknowledged", by = "{name}"}
reply = "{alert} is acknowledged by {name}"
otherwise = "no alert is open"

[[command]]
form = '/ticket "<title>" severity:<severity>'
add = "tickets"
after = 10
fields = {id = "T-{number}", title = "{title}", by = "{sender}"}
reply = "{id} is open: {title}"

[[command]]
form = "/withdraw <ticket>"
remove = "tickets"
where = {id = "{ticket}"}
reply = "{id} is withdrawn"
otherwise = "{ticket} is no open ticket"

[[command]]
form = "/end <ticket>"
change = "tickets"
where = {id = "{ticket}"}
fields = {by = "nobody", minutes = "{since_opened}"}
run = ["PYTHON", "-c", "import sys; sys.exit('the door is shut' if sys.argv[1] == 'T-7' else 0)", "{id}"]
reply = "{id} has ended after {minutes} minutes, on {today}"
otherwise = "{ticket} is no open ticket"
""".replace("PYTHON", sys.executable)
RECORDS: dict[str, list[dict[str, str]]] = {
    "alerts": [{"number": "1", "alert": "Stalled", "state": "open", "by": ""}],
    "tickets": [],
}
Say = Callable[[str], "str | None"]


@contextlib.contextmanager
def run_bot(folder: Path, chat: str) -> Iterator[int]:
    """Run the bot for one chat; its records are in `folder`. Yields its port."""
    (folder / "grammar.toml").write_text(GRAMMAR, "utf-8")
    (folder / "records.json").write_text(json.dumps(RECORDS), "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    files = (str(folder / "grammar.toml"), str(folder / "records.json"))
    environ = {"BOT_NAME": "@TestBot", "BOT_SECRET": "right"}
    command = [sys.executable, str(CHAT / "bot.py"), chat, *files, str(free)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environ) as bot:
        try:
            for _ in range(100):
                with socket.socket() as attempt:
                    if not attempt.connect_ex(("127.0.0.1", free)):
                        break
                time.sleep(0.05)
            yield free
        finally:
            bot.kill()


def send(port: int, body: bytes, **headers: str) -> dict[str, Any]:
    """Send a request as a chat does; return the answer. Raises HTTPError."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return dict(json.load(response))


def post(port: int, update: object, secret: str = "right") -> dict[str, Any]:
    """Send an update as Telegram does."""
    return send(port, json.dumps(update).encode(), **{"X-Telegram-Bot-Api-Secret-Token": secret})


def post_slack(port: int, text: str, *, secret: str = "right", ago: int = 0) -> dict[str, Any]:
    """Send a slash command as Slack does."""
    body = urllib.parse.urlencode({"command": "/withdraw", "text": text, "user_name": "sam"}).encode()
    sent_at = str(int(time.time()) - ago)
    signed = hmac.new(secret.encode(), f"v0:{sent_at}:".encode() + body, hashlib.sha256).hexdigest()
    return send(port, body, **{"X-Slack-Request-Timestamp": sent_at, "X-Slack-Signature": f"v0={signed}"})


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with run_bot(tmp_path, "telegram") as free:
        yield free


@pytest.fixture
def say(port: int) -> Say:
    """Type a text into the group and return what the bot answers."""

    def type_text(text: str) -> str | None:
        message = {"message_id": 7, "from": {"username": "sam"}, "chat": {"id": -5}, "text": text}
        reply = post(port, {"update_id": 1, "message": message})
        if not reply:
            return None
        assert (reply["method"], reply["chat_id"]) == ("sendMessage", -5)
        assert reply["reply_parameters"] == {"message_id": 7}
        return str(reply["text"])

    return type_text


def read(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "records.json").read_text("utf-8"))


def test_a_command_changes_the_record_that_fits(say: Say, tmp_path: Path) -> None:
    assert say("ack Ada Lovelace") == "Stalled is acknowledged by Ada Lovelace"
    assert read(tmp_path)["alerts"] == [{**RECORDS["alerts"][0], "state": "acknowledged", "by": "Ada Lovelace"}]


def test_a_command_adds_a_record_under_the_next_number_and_another_takes_it_away(say: Say, tmp_path: Path) -> None:
    assert say('/ticket "no {calls}" severity:critical') == "T-11 is open: no {calls}"
    assert say("/ticket “curly” severity:minor") == "T-12 is open: curly"
    assert [ticket["by"] for ticket in read(tmp_path)["tickets"]] == ["sam", "sam"]
    assert say("/withdraw T-12") == "T-12 is withdrawn"
    assert [ticket["id"] for ticket in read(tmp_path)["tickets"]] == ["T-11"]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ('/ticket "x" severity:urgent', "Error: severity: one of critical, minor was expected, not 'urgent'"),
        ('/ticket "x"', 'Error: the form is /ticket "<title>" severity:<severity>'),
        ("/ticket x severity:minor", 'Error: the form is /ticket "<title>" severity:<severity>'),
        ('/ticket "x" severity:minor now', "Error: severity: one of critical, minor was expected, not 'minor now'"),
        ("ACK", "Error: the form is ACK <name>"),
        ("ACK 007", "Error: name: who acknowledges was expected, not '007'"),
        ("/withdraw T-99", "Error: T-99 is no open ticket"),
        (
            "/tickt",
            'Error: I know ACK <name>; /ticket "<title>" severity:<severity>; /withdraw <ticket>; /end <ticket>',
        ),
    ],
)
def test_a_wrong_command_is_refused_and_changes_nothing(say: Say, tmp_path: Path, text: str, reply: str) -> None:
    assert say(text) == reply
    assert read(tmp_path) == RECORDS


def test_what_is_meant_for_others_is_not_answered(say: Say, tmp_path: Path) -> None:
    assert say("I acknowledge nothing") is None
    assert say('/ticket@OtherBot "x" severity:minor') is None
    assert read(tmp_path) == RECORDS
    assert say('/ticket@testbot "x" severity:minor') == "T-11 is open: x"


def test_whoever_does_not_know_the_secret_is_turned_away(port: int, tmp_path: Path) -> None:
    message = {"message_id": 7, "chat": {"id": -5}, "text": "ACK Mallory"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(port, {"update_id": 1, "message": message}, secret="wrong")
    refused.value.close()
    assert refused.value.code == 401
    assert read(tmp_path) == RECORDS


def test_what_is_no_update_is_refused(port: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(port, ["no", "update"])
    refused.value.close()
    assert refused.value.code == 400


def test_a_record_says_how_long_it_took_and_what_has_to_happen_beside_it_happens_first(
    say: Say, tmp_path: Path
) -> None:
    opened = datetime.now(UTC) - timedelta(minutes=42, seconds=20)
    tickets = [
        {"number": str(n), "id": f"T-{n}", "opened": opened.strftime("%Y-%m-%dT%H:%M:%SZ"), "by": "sam"} for n in (7, 8)
    ]
    (tmp_path / "records.json").write_text(json.dumps({"tickets": tickets}), "utf-8")
    assert say("/end T-8") == f"T-8 has ended after 42 minutes, on {datetime.now(UTC):%Y-%m-%d}"
    assert read(tmp_path)["tickets"][1]["minutes"] == "42"
    assert say("/end T-7") == "Error: the door is shut"
    assert read(tmp_path)["tickets"][0] == tickets[0]


def test_rocketchat_hands_on_what_is_typed_with_its_token(tmp_path: Path) -> None:
    typed = {"token": "right", "bot": False, "channel_name": "incidents", "user_name": "sam", "text": "ACK Ada"}
    with run_bot(tmp_path, "rocketchat") as port:
        assert send(port, json.dumps(typed | {"bot": {"i": "bot"}}).encode()) == {}
        assert send(port, json.dumps(typed).encode()) == {"text": "Stalled is acknowledged by Ada"}
        with pytest.raises(urllib.error.HTTPError) as refused:
            send(port, json.dumps(typed | {"token": "wrong"}).encode())
        refused.value.close()
    assert refused.value.code == 401


@pytest.mark.parametrize("wrong", [{"secret": "wrong"}, {"ago": 400}], ids=str)
def test_slack_signs_a_form(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with run_bot(tmp_path, "slack") as port:
        reply = post_slack(port, "T-9")
        assert reply == {"response_type": "in_channel", "text": "Error: T-9 is no open ticket"}
        with pytest.raises(urllib.error.HTTPError) as refused:
            post_slack(port, "T-9", **wrong)
        refused.value.close()
    assert refused.value.code == 401
