"""What verifying costs, each figure beside a floor measured in the same run: `nox -s benchmark`.

Prints JSON. The machine's noise is in both halves of a ratio, so compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.cluster import measure_cluster
from benchmarks.figures import Figure, compare, measure_resets, time_median, time_once
from benchmarks.large import measure_large
from benchmarks.pages import write_large_project
from benchmarks.site import build_with, write_plain_site
from drillbook.core.model import PasteMode
from drillbook.project.project import load_project, render
from drillbook.sandbox.docker import docker
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.machine import ensure_engine
from drillbook.sandbox.opening import open_sandbox
from drillbook.verify.pasting import paste_snippet
from drillbook.verify.running import run_snippet

ROOT = Path(__file__).resolve().parents[1]
SYSTEM, ENVIRONMENT, SNIPPET = "voiceassist", "production", "voiceassist/health"
PARTS = ("docs", "environments", "evidence", "macros", "messages", "sandboxes", "snippets", "mkdocs.yml")
COMMAND = Path(sys.executable).with_name("drillbook")


def copy_checkout(folder: Path) -> Path:
    """Copy what a project consists of, so that the checkout's own evidence stays as it is."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, symlinks=True)
        elif source.exists():
            shutil.copy(source, folder / part)
    return folder


def drillbook(root: Path, *arguments: str) -> None:
    """Run the command line, which has to succeed."""
    done = subprocess.run(
        [COMMAND, "--root", root, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"drillbook {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def touch_snippet(root: Path) -> None:
    """Change a snippet's file, so that its evidence is stale."""
    path = root / "snippets" / f"{SNIPPET}.sh"
    path.write_text(path.read_text("utf-8").replace("# ///\n", f"# # {time.time_ns()}\n# ///\n", 1), "utf-8")


def time_login_shell(live: LiveSandbox) -> float:
    """Return the seconds that a login shell with nothing to do takes inside the host."""
    times = 20
    loop = f"TIMEFORMAT=%R; time for i in {{1..{times}}}; do bash --login -c :; done"
    return float(live.session("app").command(loop, timeout=30).stderr) / times


def measure_snippet(live: LiveSandbox, root: Path) -> dict[str, Figure]:
    """Measure one snippet in a running sandbox, the session's way and by a bare `docker exec`."""
    rendered = render(load_project(root), SNIPPET, ENVIRONMENT)
    session, container = live.session("app"), live.hosts.containers["app"]
    user, directory = rendered.host.user, rendered.directory
    bare = ("exec", "--user", user, "--workdir", directory, container, "bash", "--login", "-c")

    def exec_bare(text: str) -> Callable[[], object]:
        return lambda: subprocess.run(["docker", *bare, text], capture_output=True, check=True)

    def run_in_session(text: str) -> Callable[[], object]:
        return lambda: session.run(text, user=user, directory=directory)

    # What a text that does nothing costs beyond the login shell that it needs anyway.
    own = time_login_shell(live)
    floor = time_median(exec_bare(":"), 15) - own
    added = time_median(run_in_session(":"), 40) - own
    whole_floor = time_median(exec_bare(rendered.text), 15)
    whole = time_median(lambda: run_snippet(rendered, session=session), 30)
    probes = time_median(live.measure, 7)
    pasted = {
        how: time_median(lambda: paste_snippet(rendered, session=session, mode=mode), 7)  # noqa: B023  # called at once
        for how, mode in (("with bracketed paste", PasteMode.BRACKETED), ("without bracketed paste", PasteMode.PLAIN))
    }
    return {
        "overhead of a snippet, beyond its own login shell": compare(
            added, floor, "a bare `docker exec` of the same text, which does nothing", "0.1"
        ),
        "a whole snippet without probes": compare(
            whole, whole_floor, "a bare `docker exec` of the same text", "below 1"
        ),
        **{
            f"a snippet pasted {how}, without probes": compare(
                seconds, whole_floor, "a bare `docker exec` of the same text", "none"
            )
            for how, seconds in pasted.items()
        },
        "reading every probe once": compare(probes, floor, "a bare `docker exec` that does nothing", "none"),
    }


def measure_site(root: Path, times: int = 3) -> Figure:
    """Measure the build of one environment's tree, and that of the same pages under Material alone, by turns."""
    project = load_project(root)
    with tempfile.TemporaryDirectory(prefix="drillbook-benchmark-site-") as name:
        plain = write_plain_site(project, ENVIRONMENT, Path(name))
        build_plain = build_with(plain, Path(name, "plain"), ENVIRONMENT)
        build_whole = build_with(root / "mkdocs.yml", Path(name, "whole"), ENVIRONMENT)
        pairs = [(time_once(build_plain), time_once(build_whole)) for _ in range(times)]
    floor, seconds = (statistics.median(half) for half in zip(*pairs, strict=True))
    return compare(seconds, floor, "the same pages, macros put in beforehand, under Material alone", "1.1")


def main() -> None:
    """Measure everything and write it down."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--clusters", action="store_true", help="measure the systems that have a cluster as well")
    parser.add_argument(
        "--cold",
        action="store_true",
        help="and how long one takes to make from nothing; that empties Docker's build cache",
    )
    parser.add_argument("--output", type=Path, default=ROOT / ".drillbook" / "benchmark.json")
    arguments = parser.parse_args()
    ensure_engine()
    figures: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory(prefix="drillbook-benchmark-") as name:
        root = copy_checkout(Path(name))
        drillbook(root, "verify")

        interpreter = time_median(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 9)
        idle = time_median(lambda: drillbook(root, "verify"), 5)
        figures["a verify with nothing to do"] = compare(idle, interpreter, "starting Python", "1 s")

        figures |= measure_large(drillbook)

        figures["building one environment's site"] = measure_site(root)
        large = write_large_project(Path(name, "large"), ROOT)
        figures["building one environment's site of 1,000 pages"] = measure_site(large, times=1)

        with open_sandbox(load_project(root), SYSTEM, ENVIRONMENT) as live:
            sandbox = sum(live.seconds.values())
            figures |= measure_snippet(live, root)
            figures |= measure_resets(live)

        touch_snippet(root)
        cold = time_once(lambda: drillbook(root, "verify", SNIPPET, "--environment", ENVIRONMENT))
        what = "clone, start and layout of the sandbox alone"
        figures["cold start to first verdict, and the sandbox taken away"] = compare(cold, sandbox, what, "none")

        drillbook(root, "sandbox", "up", SYSTEM, "--environment", ENVIRONMENT)
        try:
            touch_snippet(root)
            warm = time_once(lambda: drillbook(root, "verify", SNIPPET, "--environment", ENVIRONMENT))
        finally:
            drillbook(root, "sandbox", "down", SYSTEM, "--environment", ENVIRONMENT)
        floor = time_median(lambda: docker("version"), 3)
        figures["one changed snippet on a warm sandbox"] = compare(warm, floor, "`docker version`, a call", "2 s")

        if arguments.clusters or arguments.cold:
            figures |= measure_cluster(root, ENVIRONMENT, cold=arguments.cold)

    cpus = os.cpu_count()
    text = json.dumps({"processors": cpus, "figures": figures}, indent=2)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(text + "\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
