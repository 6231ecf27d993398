"""Measures the engine's branch coverage by its unit tests: `python -m benchmarks.coverage`.

A package below the aim needs a reason in benchmarks/coverage.toml. Exit code 1: one has none, or has one without need.
Writes benchmarks/coverage.json; `python -m benchmarks.page` makes the handbook's table of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "coverage.json"
REASONS = ROOT / "benchmarks" / "coverage.toml"
TESTS = "tests/engine/unit"
AIM = 90.0
"""Percent of the branches."""


def measure(folder: Path, tests: str = TESTS) -> dict[str, Any]:
    """Run the unit tests and what they start under coverage; return its report. Raises when a test fails."""
    settings = folder / "coveragerc"
    settings.write_text(
        "[run]\nbranch = true\nparallel = true\nsource_pkgs = drillbook\npatch = subprocess\nsigterm = true\n"
        f"data_file = {folder / 'data'}\n"
    )
    coverage = (sys.executable, "-m", "coverage")
    rc = f"--rcfile={settings}"
    workers = str(os.cpu_count() or 1)
    pytest = ("-m", "pytest", tests, "-q", "-n", workers, "--dist", "loadgroup", "-p", "no:cacheprovider")
    subprocess.run((*coverage, "run", rc, *pytest), cwd=ROOT, check=True)
    subprocess.run((*coverage, "combine", "--quiet", rc), cwd=ROOT, check=True)
    report = folder / "report.json"
    subprocess.run((*coverage, "json", "--quiet", rc, "-o", str(report)), cwd=ROOT, check=True)
    return dict(json.loads(report.read_text("utf-8")))


def sum_up(report: Mapping[str, Any]) -> dict[str, float]:
    """Return the percentage of branches that were taken, by package; one without branches has 100."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for path, file in report["files"].items():
        inside = path.partition("drillbook/")[2]
        if "/" in inside:
            counts[inside.partition("/")[0]][0] += file["summary"]["covered_branches"]
            counts[inside.partition("/")[0]][1] += file["summary"]["num_branches"]
    return {
        name: round(100 * taken / number, 1) if number else 100.0 for name, (taken, number) in sorted(counts.items())
    }


def find_problems(found: Mapping[str, float], reasons: Mapping[str, str]) -> Iterator[str]:
    """Say which packages are below the aim without a reason, and which reasons are not needed."""
    for name, percent in found.items():
        if percent < AIM and not reasons.get(name, "").strip():
            text = f"{percent} % of the branches of {name} are tested. Test more, or add {name} with a reason."
            yield f"benchmarks/coverage.toml: {text}"
        if percent >= AIM and name in reasons:
            yield f"benchmarks/coverage.toml: {name} has {percent} %, which needs no reason. Delete it."
    for name in reasons:
        if name not in found:
            yield f"benchmarks/coverage.toml: there is no package {name}. Delete it."


def main() -> int:
    """Measure, print a line for each package, and write the result."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory(prefix="drillbook-coverage-") as folder:
        found = sum_up(measure(Path(folder)))
    reasons = tomllib.loads(REASONS.read_text("utf-8"))
    for name, percent in found.items():
        print(f"{percent:5.1f} %  {name}  {reasons.get(name, '')}".rstrip())
    RESULT.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    problems = list(find_problems(found, reasons))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
