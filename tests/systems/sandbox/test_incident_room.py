"""What is typed into the incidents' room: refused where it is wrong, and emergency access ends by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from drillbook.project.project import Project
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox

pytestmark = [pytest.mark.docker, pytest.mark.system("ansible-rocketchat")]

USER = "deploy"
GRANT = "/usr/local/sbin/emergency-access"


@pytest.fixture(scope="module")
def shared(project: Project) -> Iterator[LiveSandbox]:
    with open_sandbox(project, "ansible-rocketchat", "staging") as sandbox:
        yield sandbox


def say(live: LiveSandbox, text: str) -> tuple[int, str, str]:
    """Type a text into the room, as the reader; return status, answer and errors."""
    command = "rocketchat say incidents"
    result = live.session("control").run(text, user=USER, directory="/", timeout=120, command=command, given=text)
    return result.returncode, result.stdout, result.stderr


def may_sudo(live: LiveSandbox) -> bool:
    """Tell whether the reader may use sudo on the control host."""
    return live.session("control").run("sudo -n true", user=USER, directory="/", timeout=60).returncode == 0


def read_records(live: LiveSandbox) -> dict[str, Any]:
    return dict(json.loads(live.session("control").command("cat /var/lib/harbor-bot/records.json").stdout))


@pytest.mark.parametrize(
    ("text", "status", "answer"),
    [
        ("/incident create", 1, "Error: the form is "),
        ('/incident create "x"', 1, "Error: title: what users notice, in a few words was expected, not 'x'"),
        ('/incident close ""', 1, "Error: resolution: what resolved it was expected"),
        ("/incident cancel 002", 1, "Error: 002 is no open incident of yours"),
        ("/incident reopen 002", 1, "Error: 002 is not closed"),
        ("/access forever", 1, "Error: the form is /access emergency or /access end"),
        ("/access end", 1, "Error: deploy has no emergency access"),
        ("@oncall has anybody seen this", 1, "Error: the form is @oncall acknowledging - <words>"),
        ("/incidents", 1, "Rocket.Chat: The command provided does not exist (or is disabled)."),
        ("nobody is meant", 2, "rocketchat: nobody answered"),
    ],
)
def test_a_wrong_text_fails_and_changes_nothing(settled: LiveSandbox, text: str, status: int, answer: str) -> None:
    before = read_records(settled), settled.measure()["rooms"]
    found, stdout, stderr = say(settled, text)
    assert found == status
    assert answer in stdout + stderr
    assert (read_records(settled), settled.measure()["rooms"]) == before


def test_an_incident_has_a_room_a_clock_and_a_state(settled: LiveSandbox) -> None:
    assert say(settled, '/incident create "checkout is slow"')[0] == 0
    new = read_records(settled)["incidents"][-1]
    assert (new["state"], new["title"], new["by"], new["closed"]) == ("open", "checkout is slow", USER, "")
    assert new["id"] in settled.measure()["rooms"].splitlines()
    status, answer, _ = say(settled, '/incident close "it was the cache"')
    assert (status, answer) == (0, f"{new['id']} is closed, 0 minutes after it was opened: it was the cache\n")
    status, answer, _ = say(settled, '/incident close "the older one"')
    assert status == 0
    older = read_records(settled)["incidents"][1]
    assert 20 <= int(older["minutes"]) <= 60
    assert answer == f"{older['id']} is closed, {older['minutes']} minutes after it was opened: the older one\n"
    assert say(settled, '/incident close "a third"')[1] == "Error: no incident is open\n"


def test_emergency_access_is_given_once_and_taken_back(settled: LiveSandbox) -> None:
    assert not may_sudo(settled)
    assert say(settled, "/access emergency")[0] == 0
    assert may_sudo(settled)
    status, answer, _ = say(settled, "/access emergency")
    assert (status, answer) == (1, f"Error: {USER} has emergency access already\n")
    assert len(read_records(settled)["access"]) == 1
    assert say(settled, "/access end")[0] == 0
    assert not may_sudo(settled)
    assert not read_records(settled)["access"]


def test_emergency_access_ends_by_itself(settled: LiveSandbox) -> None:
    control = settled.session("control")
    assert control.command(f"{GRANT} grant {USER} 60").returncode == 0
    assert may_sudo(settled)
    control.command(f"sed -i 's/NOTAFTER=[0-9]*Z/NOTAFTER=20200101000000Z/' /etc/sudoers.d/emergency-{USER}")
    assert not may_sudo(settled)  # sudo itself refuses when the time is over
    assert control.command(f"{GRANT} end {USER} && {GRANT} grant {USER} 0").returncode == 0
    for _ in range(1200):
        if control.command(f"test -e /etc/sudoers.d/emergency-{USER}").returncode:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the timer did not take the rule away")
