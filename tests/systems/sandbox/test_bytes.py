"""The texts that a careless publisher would change are the same bytes in the file that the sandbox's shell ran."""

from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.core.model import sha256
from drillbook.project.project import load_project, render_all
from drillbook.sandbox.live import LiveSandbox

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]


def test_every_fixture_is_the_same_bytes_in_the_sandbox(bytes_root: Path, live: LiveSandbox) -> None:
    checked = 0
    with live.changing():
        for rendered in render_all(load_project(bytes_root)):
            # No user of the fixture's is in this sandbox, and what the text does is not the question.
            outcome = live.session("app").run(rendered.text, user="ops", directory="/tmp", timeout=20)
            assert outcome.sha256 == rendered.sha256 == sha256(rendered.text), rendered.key
            checked += 1
    assert checked >= 6
