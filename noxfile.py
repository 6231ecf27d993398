"""What a contributor and CI call; `./run NAME` is `nox -s NAME` in the project's own environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import nox

nox.options.sessions = ["site"]
nox.needs_version = ">=2026.7.11"
ROOT = Path(__file__).parent


LONGEST = 300.0
"""Seconds that what was told to end may take; `drillbook.core.interrupts` says how that is bounded."""


QUESTIONS = frozenset({"-h", "--help", "--plan"})
"""Options of the gate with which it runs nothing."""


def end(number: int, frame: FrameType | None) -> None:
    """Hand a signal on to whatever this nox has started, then end as after Ctrl-C."""
    signal.signal(number, signal.SIG_IGN)
    for process in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(process.read_text("utf-8").rpartition(")")[2].split()[1]) == os.getpid():
                os.kill(int(process.parent.name), signal.SIGTERM)
    raise KeyboardInterrupt


for each in (signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(each) is signal.SIG_DFL:
        signal.signal(each, end)


def run(session: nox.Session, *command: str) -> None:
    """Run what takes sandboxes away when it is told to end; nox would kill it half a second later."""
    session.run(*command, interrupt_timeout=LONGEST)


def enter(session: nox.Session) -> None:
    """Work in the project's own environment, which `./run` makes, whichever nox was started."""
    session.run("./run", "drillbook", "--help", external=True, silent=True)
    session.env["PATH"] = os.environ["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"


def run_own(session: nox.Session, *command: str) -> None:
    """Run a command of ours; end with its exit status where that is not 0: nox turns every one into 1."""
    try:
        run(session, *command)
    except nox.command.CommandFailed as failed:
        raise SystemExit(failed.return_code or 1) from failed


@nox.session(venv_backend="none")
def site(session: nox.Session) -> None:
    """Verify what has no fresh evidence (--all: everything), build the site, audit it."""
    enter(session)
    run_own(session, "drillbook", "site", *session.posargs)


@nox.session(venv_backend="none")
def serve(session: nox.Session) -> None:
    """Serve the built site on http://127.0.0.1:8000 (or the port given)."""
    enter(session)
    if not (ROOT / "site" / "index.html").is_file():
        session.error("there is no site to serve yet; `./run site` builds it")
    port = session.posargs[0] if session.posargs else "8000"
    session.run("python", "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", "site")


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Check style and types, and the pages, snippets and environments."""
    enter(session)
    run_own(session, "python", "-m", "drillbook.cli.lint_tools")


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Everything that changed, today's share of the rest, lint, unit and browser tests (--help: the options)."""
    run_gate(session, *session.posargs)


@nox.session(venv_backend="none")
def nightly(session: nox.Session) -> None:
    """Leave nothing out; then the engine without the systems, and `./run lowest`."""
    if not QUESTIONS & set(session.posargs):
        session.notify("lowest", posargs=())
    run_gate(session, "--all", *session.posargs)
    if not QUESTIONS & set(session.posargs):
        run(session, "python", "-m", "tests.engine.without_systems")


def keep_paths(*names: str) -> list[str]:
    """Return the paths that exist: a clone may have deleted the systems and their tests."""
    return [name for name in names if (ROOT / name).exists()]


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the unit tests with the lowest versions that pyproject.toml allows, in an environment of their own."""
    session.install("uv")
    session.run("uv", "pip", "install", "--quiet", "--resolution", "lowest-direct", "--editable", ".[dev]")
    run(session, "python", "-m", "pytest", "tests/engine/unit", "-n", str(os.cpu_count() or 1), *session.posargs)


def run_gate(session: nox.Session, *options: str) -> None:
    """Plan a run, print the plan, and follow it."""
    enter(session)
    plan = ROOT / ".drillbook" / "plan.json"
    paths = ("--paths", *keep_paths("snippets", "tests/engine/sandbox", "tests/systems/sandbox"))
    run_own(session, "python", "-m", "drillbook.cli.gate", "--output", str(plan), *paths, *options)
    if QUESTIONS & set(options):
        return
    # Sandboxes wait now and then: twice as many as there are cores keep these busy.
    workers = str((os.cpu_count() or 1) * 2)
    share = "--drillbook-record" if "--all" in options else "--drillbook-share"
    with build_images(session, "--plan", str(plan)) as wait_for_machine:
        lint(session)
        wait_for_machine()
        run(
            session,
            *("python", "-m", "pytest", *keep_paths("snippets", "tests"), "-n", workers, "--dist", "loadgroup"),
            *("--drillbook-compare", "--drillbook-controls", f"--drillbook-plan={plan}", share),
            *("--drillbook-progress", "-o", "console_output_style=classic"),
            f"--junit-xml={plan.with_name('junit.xml')}",
        )


@contextmanager
def build_images(session: nox.Session, *options: str) -> Iterator[Callable[[], None]]:
    """Set up the machine and build images while the block runs; yield what waits until the machine is ready."""
    with tempfile.TemporaryDirectory(prefix="drillbook-builds-") as folder:
        command = ["python", "-m", "drillbook.sandbox.images", folder, *options]
        session.env["DRILLBOOK_BUILDS"] = folder
        with subprocess.Popen(command, stdout=subprocess.PIPE) as builder:
            assert builder.stdout is not None
            ready = builder.stdout

            def wait() -> None:
                if ready.read() != b"ready\n":
                    session.error("the machine could not be set up; what is missing stands above")

            try:
                yield wait
            finally:
                ready.read()  # whoever installs packages is not stopped in the middle
                builder.terminate()


@nox.session(venv_backend="none")
def trials(session: nox.Session) -> None:
    """Kill Drillbook at random moments, 200 times (or `N`), and feed its parsers with odd files; 20 minutes."""
    enter(session)
    number = session.posargs[0] if session.posargs else "200"
    seed = os.environ.get("DRILLBOOK_SEED", str(time.time_ns()))
    session.log(f"to try the same again: DRILLBOOK_SEED={seed} ./run trials {number}")
    session.run("python", "-m", "drillbook.sandbox.machine")
    session.run(
        *("python", "-m", "pytest", "-p", "no:xdist"),
        *keep_paths("tests/systems/sandbox/test_trials.py", "tests/engine/unit/test_fuzz.py"),
        env={"DRILLBOOK_TRIALS": number, "DRILLBOOK_EXAMPLES": "2000", "DRILLBOOK_SEED": seed},
        interrupt_timeout=LONGEST,
    )


@nox.session(venv_backend="none")
def benchmark(session: nox.Session) -> None:
    """Measure what verifying costs, beside a floor in the same run; writes JSON."""
    enter(session)
    run(session, "python", "-m", "benchmarks", *session.posargs)


@nox.session(venv_backend="none")
def reference(session: nox.Session) -> None:
    """Write the parts of the handbook anew that are made from the code."""
    enter(session)
    session.run("python", "-m", "drillbook.cli.reference")


@nox.session(venv_backend="none")
def peers(session: nox.Session) -> None:
    """Give the broken snippets of tests/broken to other tools, and write the handbook's table of it anew."""
    enter(session)
    session.run("python", "-m", "benchmarks.peers", *session.posargs)


@nox.session(venv_backend="none")
def lock(session: nox.Session) -> None:
    """Write requirements.lock anew from pyproject.toml (needs pip-tools: `.venv/bin/pip install pip-tools`)."""
    enter(session)
    session.run(
        *("pip-compile", "--all-extras", "--generate-hashes", "--strip-extras", "--no-header", "--allow-unsafe"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"),
        *("--output-file", "requirements.lock", "pyproject.toml"),
    )
