"""Which sandbox that was left standing is taken again: one of the same definition and values, laid out not long ago."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drillbook.cli.sandbox import describe_marker
from drillbook.project.project import load_project
from drillbook.sandbox.lease import OLDEST, take_slot
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import stands

SMALL = Path(__file__).parents[1] / "fixtures" / "small"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSandbox]:
    """A sandbox that does not run: only what is known of it is of interest."""
    # Whoever owns what is noted there, for the whole machine.
    monkeypatch.setenv("HOME", str(tmp_path))
    project = load_project(Path(shutil.copytree(SMALL, tmp_path / "small")))
    slot = take_slot(project.root, "shop", "production")
    yield LiveSandbox(project, project.sandboxes["shop"], "production", slot)
    slot.release()


def mark(live: LiveSandbox, **changed: Any) -> None:
    live.slot.marker.write_text(json.dumps(live.identity() | {"laid_out": time.time()} | changed), "utf-8")


def test_one_that_was_just_laid_out_stands(live: LiveSandbox) -> None:
    mark(live, number=3)
    assert stands(live)
    assert live.identity()["number"] == 3
    assert describe_marker(live.slot) == "standing"


def test_without_a_marker_none_stands(live: LiveSandbox) -> None:
    assert not stands(live)
    assert describe_marker(live.slot) == "left over"


@pytest.mark.parametrize("seconds", [OLDEST + 1, -3600], ids=["long ago", "in the future"])
def test_one_whose_state_is_no_longer_relative_to_now_does_not_stand(live: LiveSandbox, seconds: float) -> None:
    mark(live, laid_out=time.time() - seconds)
    assert not stands(live)
    assert describe_marker(live.slot) == "too old"


def test_one_of_another_definition_or_of_other_values_does_not_stand(live: LiveSandbox) -> None:
    mark(live, definition="another")
    assert not stands(live)
    mark(live, variables={})
    assert not stands(live)


def test_a_marker_that_says_no_age_does_not_stand(live: LiveSandbox) -> None:
    known = live.identity()
    del known["laid_out"]
    live.slot.marker.write_text(json.dumps(known), "utf-8")
    assert not stands(live)
    assert describe_marker(live.slot) == "too old"
