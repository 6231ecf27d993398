"""The chat bot that sandboxes share, spoken to as Telegram would: over its webhook."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHAT = Path(__file__).parents[2] / "sandboxes" / "_chat"
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
"""
RECORDS: dict[str, list[dict[str, str]]] = {
    "alerts": [{"number": "1", "alert": "Stalled", "state": "open", "by": ""}],
    "tickets": [],
}
Say = Callable[[str], "str | None"]


def post(port: int, update: object, secret: str = "right") -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/",
        data=json.dumps(update).encode(),
        headers={"X-Telegram-Bot-Api-Secret-Token": secret},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Run the bot; its records are in `tmp_path`."""
    (tmp_path / "grammar.toml").write_text(GRAMMAR, "utf-8")
    (tmp_path / "records.json").write_text(json.dumps(RECORDS), "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    files = (str(tmp_path / "grammar.toml"), str(tmp_path / "records.json"))
    environ = {"BOT_NAME": "@TestBot", "BOT_SECRET": "right"}
    command = [sys.executable, str(CHAT / "bot.py"), *files, str(free)]
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


@pytest.fixture
def say(port: int) -> Say:
    """Type a text into the group and return what the bot answers."""

    def send(text: str) -> str | None:
        message = {"message_id": 7, "from": {"username": "sam"}, "chat": {"id": -5}, "text": text}
        reply = post(port, {"update_id": 1, "message": message})
        if not reply:
            return None
        assert (reply["method"], reply["chat_id"]) == ("sendMessage", -5)
        assert reply["reply_parameters"] == {"message_id": 7}
        return str(reply["text"])

    return send


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
        ("/tickt", 'Error: I know ACK <name>; /ticket "<title>" severity:<severity>; /withdraw <ticket>'),
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
