"""Runs pytest on snippets for `drillbook verify`: a bar in place of dots, and a count of what came out."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from tqdm import tqdm

from drillbook.project import Project
from drillbook.reporting import ERRORED


def is_errored(report: pytest.TestReport) -> bool:
    """Tell whether an item ended without a verdict."""
    ours = any(tuple(each) == ERRORED for each in report.user_properties)
    return report.outcome == "failed" and (report.when == "setup" or ours)


class Progress:
    """Counts outcomes as they are reported, and moves the bar; the workers of pytest-xdist have none."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.counts = {"passed": 0, "failed": 0, "error": 0, "skipped": 0}
        self.bar: Any = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand over the project, which has been read already."""
        from drillbook.pytest_plugin import STASH  # noqa: PLC0415  # it must not be imported before pytest asks for it

        config.stash[STASH].projects[self.project.root] = self.project

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start the bar once the number of items is known; with workers it is not yet."""
        # No bar where there is no terminal.
        self.bar = tqdm(total=len(session.items) or None, unit="snippet", file=sys.stderr, leave=False, disable=None)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """Learn the number of items from a worker."""
        if self.bar is not None:
            self.bar.total = len(ids)
            self.bar.refresh()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count an item once: when it was called, or where it ended before."""
        ended = report.when == "call" or (report.when == "setup" and report.outcome != "passed")
        if not ended:
            return
        # Whatever is not the snippet's fault is no verdict, such as a record that could not be written.
        outcome = "error" if is_errored(report) else report.outcome
        self.counts[outcome] += 1
        if self.bar is not None:
            self.bar.set_postfix_str(report.nodeid.removeprefix("snippets/"))
            self.bar.update()

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Print no dots beside the bar."""
        if self.bar is None or self.bar.disable or report.when == "teardown":
            return None
        if is_errored(report):
            return "error", "", "ERRORED"
        if report.when == "call" or report.outcome == "skipped":
            return report.outcome, "", report.outcome.upper()
        return None

    def pytest_sessionfinish(self) -> None:
        """Take the bar away before the summary."""
        if self.bar is not None:
            self.bar.close()


def run_items(arguments: list[str], project: Project) -> tuple[int, dict[str, int]]:
    """Run pytest on snippets; return its exit status and how many passed, failed, errored and were skipped."""
    progress = Progress(project)
    code = pytest.main(arguments, plugins=[progress])
    return int(code), progress.counts
