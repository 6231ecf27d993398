"""What a run of the gate costs after a change: `python -m benchmarks.gate page|snippet|probe|engine [--run] [--all]`.

Clones what is committed, changes one thing there, commits it, and asks for the plan; with `--run` the plan is followed
and timed. What it finds goes to `benchmarks/gate.json`, from which the handbook's page of costs is made.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "gate.json"


def change_page(root: Path) -> None:
    """Add a sentence to a page."""
    _append(root / "docs/akira/sev1.md", "\nA sentence more.\n")


def change_snippet(root: Path) -> None:
    """Add a comment to a snippet's text."""
    _append(root / "snippets/akira/database-status.sh", "\n# a comment more\n")


def change_probe(root: Path) -> None:
    """Add a comment to a sandbox's file of probes."""
    _append(root / "sandboxes/akira/sandbox.yml", "\n# a comment more\n")


def change_engine(root: Path) -> None:
    """Add a constant to a module that decides verdicts, and the waiver that it needs."""
    _append(root / "src/drillbook/verify/checking.py", "\nMORE = 1\n")
    code = (
        "from drillbook.core.generation import GENERATION, hash_harness\n"
        "from tests.engine.unit.test_generation import DATA\n"
        'waiver = f\'generation = {GENERATION}\\nsha256 = "{hash_harness()}"\\nreason = "a comment"\\n\'\n'
        "DATA.write_text(DATA.read_text() + '\\n[[waivers]]\\n' + waiver)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, env=make_environ(root))


def change_nothing(root: Path) -> None:
    """Leave it as it is."""


CHANGES: dict[str, Callable[[Path], None]] = {
    "page": change_page,
    "snippet": change_snippet,
    "probe": change_probe,
    "engine": change_engine,
    "nothing": change_nothing,
}


def _append(path: Path, text: str) -> None:
    """Change a file that is there: a new one would be another kind of change."""
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def make_environ(root: Path) -> dict[str, str]:
    """Return the variables with which this interpreter runs a clone's own engine."""
    return {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}


def git(root: Path, *arguments: str) -> str:
    """Run git in a clone; return what it prints."""
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org")
    return subprocess.run(
        ["git", *who, "-C", str(root), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def measure(change: str, *, run: bool, everything: bool, cold: bool) -> dict[str, Any]:
    """Return the plan after one change and, if it was followed, its minutes and whether it ended green."""
    with tempfile.TemporaryDirectory(prefix="drillbook-gate-") as name:
        root = Path(name) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(root)], check=True)
        if run and not cold:
            subprocess.run([root / "run", "drillbook", "--help"], check=True, stdout=subprocess.DEVNULL)
        revision = git(root, "rev-parse", "--short", "HEAD")
        CHANGES[change](root)
        git(root, "commit", "--quiet", "--all", "--allow-empty", "-m", f"a change: {change}")
        options = ["--all"] if everything else ["--base", "HEAD~1"]
        plan_only = [
            "-m",
            "drillbook.cli.gate",
            "--output",
            f"{name}/plan.json",
            "--paths",
            "snippets",
            "tests/engine/sandbox",
            "tests/systems/sandbox",
        ]
        command = [str(root / "run"), "tests", *options] if run else [sys.executable, *plan_only, *options]
        began = time.monotonic()
        output = Path(name) / "output"
        with output.open("wb") as file:
            environ = None if run else make_environ(root)
            done = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False, env=environ, cwd=root)
        minutes = (time.monotonic() - began) / 60
        said = output.read_text("utf-8", "replace").splitlines()
    if done.returncode and not run:
        raise SystemExit("\n".join(said))
    plan = [line.removeprefix("drillbook: ") for line in said if line.startswith("drillbook: ")]
    start = next((n for n, line in enumerate(plan) if line.startswith("plan for")), 0)
    found: dict[str, Any] = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "revision": revision,
        "plan": [line for line in plan[start:] if line.startswith(("plan for", "  "))],
    }
    if run:
        print("\n".join(said[-60:]))
        found |= {"minutes": round(minutes, 1), "green": done.returncode == 0, "said": said[-1] if said else ""}
    return found


def main() -> int:
    """Measure one change, and keep it."""
    parser = argparse.ArgumentParser(prog="benchmarks.gate", description=__doc__)
    parser.add_argument("change", choices=CHANGES)
    parser.add_argument("--run", action="store_true", help="follow the plan and time it")
    parser.add_argument("--all", action="store_true", help="run everything")
    parser.add_argument("--cold", action="store_true", help="say that this machine had nothing: no Docker, no images")
    arguments = parser.parse_args()
    found = measure(arguments.change, run=arguments.run, everything=arguments.all, cold=arguments.cold)
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    name = " ".join([arguments.change, *(["all"] if arguments.all else []), "cold" if arguments.cold else "warm"])
    results[name] = found
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps({name: found}, indent=2, ensure_ascii=False))
    return 0 if found.get("green", True) else 1


if __name__ == "__main__":
    sys.exit(main())
