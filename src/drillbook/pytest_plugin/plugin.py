"""The pytest plugin: a snippet in an environment is an item, `snippets/voiceassist/health.sh::production`.

Setting an item up runs the snippet (a broken sandbox is an error there, never a failure); calling it judges.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import DrillbookError, SetupError
from drillbook.core.model import Rendered, Risk, Status, Verdict, Waiver
from drillbook.evidence.record import load_evidence, make_record, store
from drillbook.project.project import Project, load_project, render
from drillbook.pytest_plugin.planned import Planned, Recorder
from drillbook.pytest_plugin.reporting import (
    ERRORED,
    SPENT,
    describe_contradiction,
    describe_failure,
    describe_minutes,
    describe_spent,
)
from drillbook.pytest_plugin.stopping import Stopping
from drillbook.sandbox.accounting import take_spent
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from drillbook.verify.verdict import Trial, find_partner, find_turn, judge, judge_control, run_control, run_in

SUFFIXES = frozenset({".sh", ".sql", ".promql", ".chat"})
ORDER = {Risk.READ_ONLY: 0, Risk.CHANGES: 1, Risk.DESTRUCTIVE: 2}
LONG = 300.0
"""Seconds from which on a run says where they went."""
STASH = pytest.StashKey["State"]()
SCHEDULER = pytest.StashKey[Any]()
"""What hands out the work, where pytest-xdist is used."""


class SnippetFailed(Exception):  # noqa: N818  # it is a verdict, not an error
    """A snippet came out red."""


class State:
    """What one worker holds: the projects that it read, the sandbox that it has open."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.projects: dict[Path, Project] = {}
        self.stack = ExitStack()
        self.open: tuple[Path, str, str] | None = None
        self.live: LiveSandbox | None = None
        self.trials: dict[str, Trial] = {}
        """Of snippets whose turn is yet to come: a change and its undo are tried together."""

    def project(self, root: Path) -> Project:
        """Return the project at a root, read once."""
        if root not in self.projects:
            self.projects[root] = load_project(root)
        return self.projects[root]

    def sandbox(self, project: Project, system: str, environment: str) -> LiveSandbox:
        """Return the sandbox of a system that plays an environment; at most one is open at a time."""
        wanted = (project.root, system, environment)
        if self.live is None or self.open != wanted:
            self.close()
            self.live = self.stack.enter_context(open_sandbox(project, system, environment))
            self.open = wanted
        return self.live

    def close(self) -> None:
        """Let go of the sandbox."""
        self.open, self.live = None, None
        stack, self.stack = self.stack, ExitStack()
        stack.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `drillbook verify` and of the gate."""
    group = parser.getgroup("drillbook", "runbook snippets")
    group.addoption("--drillbook-write", action="store_true", help="write the evidence of what was run")
    group.addoption("--drillbook-renew", action="store_true", help="write it even where nothing changed: a new date")
    group.addoption("--drillbook-compare", action="store_true", help="fail where a committed verdict does not hold")
    group.addoption("--drillbook-progress", action="store_true", help="say how far the run is, in place of dots")
    group.addoption("--drillbook-controls", action="store_true", help="run the negative controls as well")
    group.addoption(
        "--drillbook-share",
        action="store_true",
        help="share out among the environments what asks the same in each: the controls, and the two ways of pasting",
    )
    group.addoption("--drillbook-plan", type=Path, metavar="FILE", help="run what `python -m drillbook.cli.gate` chose")
    group.addoption("--drillbook-record", action="store_true", help="write to .ci/last-run.json when each was run")


def pytest_configure(config: pytest.Config) -> None:
    """Give this process its state; evidence is of all that a verdict takes."""
    if config.getoption("--drillbook-share") and config.getoption("--drillbook-write"):
        raise pytest.UsageError(
            "--drillbook-share skips some of what evidence records. Use --drillbook-write without it."
        )
    config.stash[STASH] = State(config)
    if plan := config.getoption("--drillbook-plan"):
        config.pluginmanager.register(Planned(plan))
        if config.getoption("--drillbook-record") and not hasattr(config, "workerinput"):
            config.pluginmanager.register(Recorder(config.rootpath, plan))
    config.pluginmanager.register(Stopping(config), "drillbook-stopping")
    if config.getoption("--drillbook-progress") and not hasattr(config, "workerinput"):
        from drillbook.pytest_plugin.progress import Progress  # noqa: PLC0415  # it imports this module

        config.pluginmanager.register(Progress())
    config.addinivalue_line("markers", "drillbook: a snippet in an environment")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of what is still held."""
    if state := config.stash.get(STASH, None):
        state.close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the snippet files of a Drillbook project."""
    if file_path.suffix in SUFFIXES and (root := find_snippet_root(file_path)):
        return SnippetFile.from_parent(parent, path=file_path, root=root)
    return None


def find_snippet_root(path: Path) -> Path | None:
    """Return the project in whose `snippets/` a file lies."""
    for folder in path.parents:
        if folder.name == "snippets" and (folder.parent / "environments").is_dir():
            return folder.parent
    return None


class SnippetFile(pytest.File):
    """One snippet file; its items are the environments."""

    def __init__(self, *, root: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.root = root

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each environment, and one for its negative control."""
        project = self.config.stash[STASH].project(self.root)
        snippet_id = self.path.relative_to(self.root / "snippets").with_suffix("").as_posix()
        for environment in project.environments:
            rendered = render(project, snippet_id, environment)
            yield SnippetItem.from_parent(self, name=environment, project=project, rendered=rendered)
            if self.is_controlled(project, rendered):
                name = f"{environment}-control"
                yield ControlItem.from_parent(self, name=name, project=project, rendered=rendered)

    def is_controlled(self, project: Project, rendered: Rendered) -> bool:
        """Tell whether a snippet's negative control is run here; where they are shared out, one environment has it."""
        option, snippet = self.config.getoption, rendered.snippet
        if (
            not option("--drillbook-controls")
            or not snippet.control
            or isinstance(snippet.control, Waiver)
            or snippet.skip
        ):
            return False
        return not option("--drillbook-share") or option("--drillbook-plan") or find_turn(project, rendered)[0] == 0


class SnippetItem(pytest.Item):
    """A snippet in an environment."""

    order = 0

    def __init__(self, *, project: Project, rendered: Rendered, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.project = project
        self.rendered = rendered
        self.trial: Trial | None = None
        self.versions: dict[str, str] = {}
        self.logs = ""
        self.add_marker("drillbook")

    @property
    def state(self) -> State:
        """The worker's state."""
        return self.config.stash[STASH]

    def setup(self) -> None:
        """Run the snippet; whatever goes wrong here is the sandbox's fault."""
        if skip := self.rendered.snippet.skip:
            pytest.skip(f"{skip.reason} ({skip.owner}, until {skip.expires})")
        system, environment = self.rendered.snippet.system, self.rendered.environment
        live = self.state.sandbox(self.project, system, environment)
        try:
            self.versions = live.versions
            self.trial = self.execute(live)
            if self.judge(self.trial).status is Status.FAILED:
                self.logs = live.logs()
        except SetupError:
            # A broken sandbox is thrown away, so that the next snippet gets a sound one.
            self.state.close()
            raise

    def execute(self, live: LiveSandbox) -> Trial:
        """Run the snippet in the sandbox, with its undo or what it undoes if a verdict on that is asked for as well."""
        if kept := self.state.trials.pop(self.rendered.key, None):
            return kept
        asked = {one.rendered.key for one in self.session.items if isinstance(one, SnippetItem)}
        partner = find_partner(self.project, self.rendered)
        both = partner and partner.key in asked and not partner.snippet.skip
        shared = self.config.getoption("--drillbook-share")
        trials = run_in(live, self.project, self.rendered, *([partner] if partner and both else []), shared=shared)
        own = trials.pop(self.rendered.key)
        self.state.trials.update(trials)
        return own

    def judge(self, trial: Trial) -> Verdict:
        """Judge what it did."""
        return judge(trial)

    def runtest(self) -> None:
        """Judge what the snippet did, and keep or compare the record."""
        if self.trial is None:
            raise SetupError(f"{self.nodeid} was called before it was run")
        verdict = self.judge(self.trial)
        problems = [*verdict.problems, *self.keep(verdict)]
        if problems:
            raise SnippetFailed("\n".join(problems))

    def keep(self, verdict: Verdict) -> list[str]:
        """Write the record, or compare it with the committed one; return what contradicts."""
        option = self.config.getoption
        now = dt.datetime.now(dt.UTC)
        record = make_record(self.project, self.rendered, verdict, versions=self.versions, now=now)
        folder = self.project.root / "evidence"
        if record and option("--drillbook-write"):
            store(folder, self.rendered, record, renew=option("--drillbook-renew"))
        if record and option("--drillbook-compare"):
            return describe_contradiction(load_evidence(folder, self.rendered), record, self.rendered)
        return []

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Show what a reader needs at a failure, and no traceback of the harness."""
        if isinstance(excinfo.value, SnippetFailed):
            return describe_failure(self.project, self.rendered, str(excinfo.value), self.trial, self.logs)
        if isinstance(excinfo.value, DrillbookError):
            return f"errored, so there is no verdict: {excinfo.value}"
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the item in reports."""
        return self.path, self.rendered.snippet.text_line - 1, f"{self.rendered.snippet.id} in {self.name}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Show an errored snippet without the harness's traceback too: pytest asks the item only about its call."""
    report = yield
    if isinstance(item, SnippetItem) and call.excinfo and isinstance(call.excinfo.value, DrillbookError):
        report.longrepr = item.repr_failure(call.excinfo)
        report.user_properties.append(ERRORED)
    return report


class ControlItem(SnippetItem):
    """A read-only snippet with the thing that it asks about stopped or emptied: it must fail."""

    order = 3

    def execute(self, live: LiveSandbox) -> Trial:
        """Apply the control, then run the snippet."""
        return run_control(live, self.project, self.rendered)

    def judge(self, trial: Trial) -> Verdict:
        """Pass when the snippet fails."""
        return judge_control(self.rendered, trial)

    def keep(self, verdict: Verdict) -> list[str]:
        """Keep nothing: a control proves the check, not the snippet."""
        return []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the snippets of one sandbox together, the longest first, in it those that change nothing first.

    The time limits of its snippets tell how long a sandbox takes. What waits most must not be waited for in the end.
    """
    limits: Counter[str] = Counter()
    for item in items:
        if isinstance(item, SnippetItem):
            limits[item.rendered.snippet.system] += int(item.rendered.snippet.timeout)

    def key(item: SnippetItem) -> tuple[int, str, str, int, int, str]:
        snippet = item.rendered.snippet
        # One control after the other: what it did to the sandbox serves all who ask for it.
        control = snippet.control if isinstance(item, ControlItem) and isinstance(snippet.control, str) else ""
        system = snippet.system
        return -limits[system], system, item.rendered.environment, item.order, ORDER[snippet.risk], control

    snippets = sorted((item for item in items if isinstance(item, SnippetItem)), key=key)
    items[:] = [*snippets, *(item for item in items if not isinstance(item, SnippetItem))]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the snippets of one sandbox on one worker."""
    if config.getoption("dist") != "loadgroup":
        return None
    from drillbook.pytest_plugin.scheduling import SandboxScheduling  # noqa: PLC0415  # only where pytest-xdist is used

    # As collected, so the longest sandboxes first; pytest-xdist would go by the number of tests.
    config.option.loadscopereorder = False
    config.stash[SCHEDULER] = SandboxScheduling(config, log)
    return config.stash[SCHEDULER]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let a worker of pytest-xdist go on where images are still being built."""
    if hasattr(session.config, "workerinput") and session.config.option.loadgroup:
        from drillbook.pytest_plugin.scheduling import let_pause  # noqa: PLC0415  # only where pytest-xdist is used

        let_pause(session.config)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Let go of the sandbox after the last snippet: other tests may run for long. Hand on what this one spent."""
    if isinstance(item, SnippetItem) and not isinstance(nextitem, SnippetItem):
        item.state.close()
    if spent := take_spent():
        item.user_properties.append((SPENT, json.dumps(spent)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which system took how much of a long run."""
    reports = [one for many in terminalreporter.stats.values() for one in many if isinstance(one, pytest.TestReport)]
    if sum(one.duration for one in reports) > LONG:
        terminalreporter.section("minutes of all workers")
        terminalreporter.write_line(describe_minutes((one.nodeid, one.duration) for one in reports))
        # The last report of a test has all its properties.
        last = [(one.nodeid, one.user_properties) for one in reports if one.when == "teardown"]
        for line in describe_spent(last):
            terminalreporter.write_line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let go of the sandbox while output can still be shown."""
    session.config.stash[STASH].close()
