from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import drillbook.sandbox
from drillbook.core import errors
from drillbook.core.errors import DrillbookError, EngineError, SetupError, find_nearest, nearest
from drillbook.sandbox import leavings
from drillbook.sandbox.docker import Removed


def list_classes(root: type[DrillbookError], depth: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the name and depth of each class of errors below one that is ours."""
    for child in root.__subclasses__():
        if child.__module__.startswith("drillbook."):
            yield child.__name__, depth
            yield from list_classes(child, depth + 1)


def test_the_tree_in_the_docstring_is_the_one_in_the_code() -> None:
    for module in pkgutil.iter_modules(drillbook.sandbox.__path__, "drillbook.sandbox."):
        importlib.import_module(module.name)
    lines = [line for line in str(errors.__doc__).splitlines() if "── " in line]
    drawn = {(line.split("── ")[1].split()[0], line.index("──") // 4 - 1) for line in lines}
    assert drawn == set(list_classes(DrillbookError))


def test_the_nearest_name_is_none_where_none_is_near() -> None:
    assert find_nearest("stagin", ("production", "staging")) == "staging"
    assert find_nearest("x", ("production", "staging")) is None
    assert nearest("stagin", ("production", "staging")) == "Did you mean 'staging'?"
    assert nearest("x", ("staging", "production")) == "Known: production, staging."
    assert nearest("x", ()) == "None is defined."


def test_without_an_engine_there_is_nothing_to_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(error: SetupError) -> None:
        raise error

    monkeypatch.setattr(leavings, "list_owned", lambda: fail(EngineError("no engine answers")))
    assert leavings.sweep_leavings(tmp_path) == Removed()
    monkeypatch.setattr(leavings, "list_owned", lambda: fail(SetupError("the disk is full")))
    with pytest.raises(SetupError, match="the disk is full"):
        leavings.sweep_leavings(tmp_path)


def test_a_name_that_yaml_made_a_number_has_a_nearest_one_too() -> None:
    number: Any = 1
    assert nearest(number, {"P1", "P2"}) in ("Did you mean 'P1'?", "Known: P1, P2.")
    assert nearest("10", [number]) in ("Did you mean '1'?", "Known: 1.")
