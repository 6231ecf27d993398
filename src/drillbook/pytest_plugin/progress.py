"""How far a run is: a bar on a terminal, else a line every so many seconds; and a count of what came out.

For `drillbook verify`, and for the gate by `--drillbook-progress`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Any

import pytest
from tqdm import tqdm

from drillbook.core.pulse import clock, keep_stderr, pulse, write_line
from drillbook.project.project import Project
from drillbook.pytest_plugin.reporting import ERRORED
from drillbook.sandbox.builds import describe_builds

TICK = 1.0
"""Seconds between two drawings of the bar."""
LONG = 10.0
"""Seconds from which on it is said how long an item has been running."""
BAR = "{n_fmt} of {total_fmt} {bar:12} {desc}"


def is_errored(report: pytest.TestReport) -> bool:
    """Tell whether an item ended without a verdict."""
    ours = any(tuple(each) == ERRORED for each in report.user_properties)
    return report.outcome == "failed" and (report.when == "setup" or ours)


def describe_items(items: Iterable[tuple[str, float]]) -> str:
    """Name items that run, from their node ids and the seconds since they began; the tests of a file by the file."""
    names = {name_item(nodeid): seconds for nodeid, seconds in items}
    return ", ".join(f"{name} {clock(seconds)}" if seconds >= LONG else name for name, seconds in names.items())


def name_item(nodeid: str) -> str:
    """Return a short name of an item: `voiceassist production (health)`, or a test's file."""
    path, _, rest = nodeid.partition("::")
    parts = PurePosixPath(path).with_suffix("").parts
    if "snippets" not in parts[:-2]:
        return path
    _, system, *name = parts[parts.index("snippets") :]
    return f"{system} {rest} ({'/'.join(name)})"


class Progress:
    """Counts outcomes as they are reported, and tells how far the run is; the workers of pytest-xdist have none."""

    def __init__(self, project: Project | None = None) -> None:
        self.project = project
        self.counts = {"passed": 0, "failed": 0, "error": 0, "skipped": 0}
        self.total = 0
        self.began = time.monotonic()
        self.running: dict[str, float] = {}
        self.bar: Any = None
        self.stack = ExitStack()
        self.config: pytest.Config | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand over the project, which has been read already."""
        from drillbook.pytest_plugin.plugin import STASH  # noqa: PLC0415  # it must not be imported before pytest asks for it

        self.config = config
        if self.project:
            config.stash[STASH].projects[self.project.root] = self.project
        # Tests' output is captured; what is told here is not.
        file = self.stack.enter_context(keep_stderr())
        if file.isatty():
            self.bar = tqdm(total=0, unit="item", file=file, leave=False, bar_format=BAR, dynamic_ncols=True)
            self.stack.callback(self.bar.close)
            self.stack.enter_context(pulse(self.draw, tick=TICK))
        else:
            self.stack.enter_context(pulse(self.describe))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn the number of items; with workers it is not yet known."""
        self.total = len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Learn the number of items from a worker."""
        self.total = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note what begins."""
        self.running[nodeid] = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note what has ended."""
        self.running.pop(nodeid, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count an item once: when it was called, or where it ended before."""
        if report.when == "teardown" and report.outcome == "passed":
            return
        ended = report.when != "setup" or report.outcome != "passed"
        if not ended:
            return
        # Whatever is not the snippet's fault is no verdict, such as a record that could not be written.
        outcome = "error" if is_errored(report) or report.when == "teardown" else report.outcome
        self.counts[outcome] += 1
        if outcome in ("failed", "error"):
            write_line(f"{'ERRORED' if outcome == 'error' else 'FAILED'} {report.nodeid}")

    def describe(self) -> str:
        """Say how far the run is, what runs, what is built, and who waits for that."""
        done = sum(self.counts.values())
        parts = [f"{clock(time.monotonic() - self.began)} {self.describe_counts(done)}"]
        now = time.monotonic()
        if running := describe_items((nodeid, now - began) for nodeid, began in list(self.running.items())):
            parts.append(f"running {running}")
        parts += describe_builds(self.project.sandboxes if self.project else None)
        if waiting := self.count_waiting():
            parts.append(f"{waiting} workers wait for that, as nothing else is left")
        return "; ".join(parts)

    def describe_counts(self, done: int) -> str:
        """Say how many of how many came out how."""
        if not self.total:
            return "collecting"
        errored = f", {self.counts['error']} errored" if self.counts["error"] else ""
        return f"{done} of {self.total} done, {self.counts['failed']} failed{errored}"

    def count_waiting(self) -> int:
        """Return how many workers wait for images."""
        from drillbook.pytest_plugin.plugin import SCHEDULER  # noqa: PLC0415  # as above

        scheduler = self.config.stash.get(SCHEDULER, None) if self.config else None
        return len(scheduler.idle) if scheduler else 0

    def draw(self) -> str:
        """Draw the bar anew; no line is to be written."""
        self.bar.total, self.bar.n = self.total, sum(self.counts.values())
        self.bar.set_description_str(self.describe().replace(f"{self.bar.n} of {self.total} done, ", ""))
        return ""

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Print no dots."""
        if report.when == "teardown":
            return None
        if is_errored(report):
            return "error", "", "ERRORED"
        if report.when == "call" or report.outcome == "skipped":
            return report.outcome, "", report.outcome.upper()
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Stop telling before the summary."""
        self.stack.close()

    def pytest_unconfigure(self) -> None:
        """Stop telling where no session was held."""
        self.stack.close()


def run_items(arguments: list[str], project: Project) -> tuple[int, dict[str, int]]:
    """Run pytest on snippets; return its exit code and how many passed, failed, errored and were skipped."""
    progress = Progress(project)
    code = pytest.main(arguments, plugins=[progress])
    return int(code), progress.counts
