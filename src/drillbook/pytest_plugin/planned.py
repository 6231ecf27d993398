"""What pytest does with a plan of the gate: leaves out what is another day's, and records when each item was run.

`pytest_plugin` registers these where `--drillbook-plan` or `--drillbook-record` is given.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from pathlib import Path

import pytest

from drillbook.plan.last_run import Run, read_last_run, write_last_run


def needs_sandbox(item: pytest.Item) -> bool:
    """Tell whether a plan chooses an item; what needs no sandbox is always run."""
    return any(item.get_closest_marker(name) for name in ("drillbook", "docker"))


class Planned:
    """Leaves out what the plan left; an item that it does not know is run."""

    def __init__(self, plan: Path) -> None:
        self.left = frozenset(json.loads(plan.read_text("utf-8"))["left"])

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out the others."""
        if left := [item for item in items if item.nodeid in self.left]:
            items[:] = [item for item in items if item.nodeid not in self.left]
            config.hook.pytest_deselected(items=left)


class Recorder:
    """Records when each item that needs a sandbox passed, and how long it took; of all others, each folder's sum."""

    def __init__(self, root: Path, plan: Path) -> None:
        found = json.loads(plan.read_text("utf-8"))
        self.root = root
        self.date = dt.date.fromisoformat(found["date"])
        self.chosen = frozenset(found["chosen"])
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.bad: set[str] = set()
        self.done: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the phases of an item."""
        name = report.nodeid if report.nodeid in self.chosen else Path(report.nodeid.split("::")[0]).parent.as_posix()
        self.seconds[name] += report.duration
        if report.failed:
            self.bad.add(name)
        if report.when == "teardown":
            self.done.add(name)

    def pytest_sessionfinish(self) -> None:
        """Write what passed; what is no longer there is forgotten, the rest keeps its day."""
        kept = {name: run for name, run in read_last_run(self.root).items() if name in self.bad | self.chosen}
        passed = {
            name: Run(date=self.date, seconds=seconds)
            for name, seconds in self.seconds.items()
            if name in self.done and name not in self.bad
        }
        write_last_run(self.root, kept | passed)
