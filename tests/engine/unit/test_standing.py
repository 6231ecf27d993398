"""Which sandbox that was left standing is taken again: one of the same definition and values, laid out not long ago."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drillbook.cli.sandbox import describe_marker
from drillbook.project.project import load_project
from drillbook.sandbox.lease import take_lease
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import stands
from drillbook.sandbox.standing import OLDEST, read_standing

SMALL = Path(__file__).parents[2] / "fixtures" / "small"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSandbox]:
    """A sandbox that does not run: only what is known of it is of interest."""
    # Whoever owns what is noted there, for the whole machine.
    monkeypatch.setenv("HOME", str(tmp_path))
    project = load_project(Path(shutil.copytree(SMALL, tmp_path / "small")))
    lease = take_lease(project.root, "shop", "production")
    yield LiveSandbox(project, project.sandboxes["shop"], "production", lease)
    lease.release()


def mark(live: LiveSandbox, **changed: Any) -> None:
    replace(live.identity(), **{"laid_out": time.time()} | changed).write(live.lease.marker)


def test_one_that_was_just_laid_out_stands(live: LiveSandbox) -> None:
    mark(live, number=3)
    assert stands(live)
    assert live.identity().number == 3
    assert describe_marker(live.lease) == "standing"


def test_without_a_marker_none_stands(live: LiveSandbox) -> None:
    assert not stands(live)
    assert describe_marker(live.lease) == "left over"


@pytest.mark.parametrize("seconds", [OLDEST + 1, -3600], ids=["long ago", "in the future"])
def test_one_whose_state_is_no_longer_relative_to_now_does_not_stand(live: LiveSandbox, seconds: float) -> None:
    mark(live, laid_out=time.time() - seconds)
    assert not stands(live)
    assert describe_marker(live.lease) == "too old"


def test_one_of_another_definition_or_of_other_values_does_not_stand(live: LiveSandbox) -> None:
    mark(live, definition="another")
    assert not stands(live)
    mark(live, variables={})
    assert not stands(live)


def test_a_marker_that_says_no_age_does_not_stand(live: LiveSandbox) -> None:
    mark(live)
    known = json.loads(live.lease.marker.read_text("utf-8"))
    del known["laid_out"]
    live.lease.marker.write_text(json.dumps(known), "utf-8")
    assert not stands(live)
    assert describe_marker(live.lease) == "too old"


def test_the_file_is_that_of_other_versions_whatever_else_theirs_say(live: LiveSandbox) -> None:
    written = {
        "definition": live.sandbox.definition,
        "variables": live.identity().variables,
        "number": 2,
        "versions": {"bash": "5.2"},
        "laid_out": time.time(),
    }
    live.lease.marker.write_text(json.dumps(written | {"more": 1}), "utf-8")
    assert stands(live)
    live.identity().write(live.lease.marker)
    assert json.loads(live.lease.marker.read_text("utf-8")) == written
    assert live.lease.marker.name == f"{live.name}.standing"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}"])
def test_a_file_that_says_nothing_is_of_no_use(live: LiveSandbox, text: str) -> None:
    live.lease.marker.write_text(text, "utf-8")
    assert read_standing(live.lease.marker) is None
    assert not stands(live)
    assert describe_marker(live.lease) == "too old"
