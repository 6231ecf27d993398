"""The handbook's page of costs, made from what was measured: `python -m benchmarks.page` writes it anew."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.flips import RESULTS as FLIPS
from benchmarks.flips import Counts, describe

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "handbook" / "costs.md"
FIGURES = ROOT / "benchmarks" / "results.json"
GATE = ROOT / "benchmarks" / "gate.json"
PART = re.compile(r"(<!-- measured: (?P<name>\w+) -->\n).*?(<!-- until here -->)", re.DOTALL)


def fill_page(page: str, figures: Mapping[str, Any], gate: Mapping[str, Any], flips: Counts) -> str:
    """Return the page with each part between `<!-- measured: NAME -->` and its end as it was measured last."""
    parts = {
        "figures": lambda: "\n".join(make_figures(figures)),
        "gate": lambda: "\n".join(make_gate(gate)),
        "plans": lambda: "\n".join(make_plans(gate)),
        "flips": lambda: describe(flips),
    }
    return PART.sub(lambda match: f"{match[1]}\n{parts[match['name']]()}\n\n{match[3]}", page)


def read_measured() -> list[Any]:
    """Return figures, runs of the gate and counts of flips as measured last; empty what never was."""
    paths = (FIGURES, GATE, FLIPS)
    return [json.loads(path.read_text("utf-8")) if path.exists() else {} for path in paths]


def make_figures(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table of figures, each beside its floor."""
    yield f"Measured on {results['processors']} cores."
    yield ""
    yield "| What | Seconds | Floor | Ratio | The floor is | Aim |"
    yield "|---|---|---|---|---|---|"
    for name, one in results["figures"].items():
        yield (
            f"| {name} | {one['seconds']:.3g} | {one['floor_seconds']:.3g} | {one['ratio']:.3g} "
            f"| {one['floor_is']} | {one['aim']} |"
        )


def make_gate(gate: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table of runs of the gate that were timed."""
    yield "| Change | Machine | Minutes | Outcome | Commit |"
    yield "|---|---|---|---|---|"
    for name, one in gate.items():
        if "minutes" in one:
            change, _, rest = name.partition(" ")
            scope = f"{change}, everything" if rest.startswith("all") else change
            outcome = "green" if one["green"] else "red"
            commit = f"`{one['revision']}`, {one['date']}"
            yield f"| {scope} | {rest.split()[-1]} | {one['minutes']} | {outcome} | {commit} |"


def make_plans(gate: Mapping[str, Any]) -> Iterator[str]:
    """Yield the plan that was printed after each kind of change."""
    for name, one in gate.items():
        if "all" not in name.split():
            yield f"Changed: {name.split()[0]}."
            yield ""
            yield "```text"
            yield from one["plan"]
            yield "```"
            yield ""


def main() -> int:
    """Write the page anew."""
    PAGE.write_text(fill_page(PAGE.read_text("utf-8"), *read_measured()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
