"""Whether a verdict that is made again comes out the same: `python -m benchmarks.flips REPORT…` adds JUnit reports.

`./run tests` leaves a report in `.drillbook/junit.xml`, `drillbook verify --junit FILE` writes one. Counts are kept in
`benchmarks/flips.json`, by item, as long as its evidence is of the same key; the handbook's page of costs tells them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

RESULTS = Path(__file__).with_name("flips.json")
Counts = dict[str, dict[str, int]]


def read_report(path: Path) -> dict[str, str]:
    """Return the outcome of each snippet and each control in a JUnit report: passed, failed or errored."""
    found = {}
    for case in ET.parse(path).iter("testcase"):
        folder, _, name = str(case.get("classname")).partition(".")
        if folder == "snippets" and case.find("skipped") is None:
            outcome = (
                "errored" if case.find("error") is not None else "failed" if case.find("failure") is not None else ""
            )
            found[f"{name}::{case.get('name')}"] = outcome or "passed"
    return found


def add(counts: Counts, report: Mapping[str, str]) -> Counts:
    """Return the counts with those of one more report."""
    new = {name: dict(outcomes) for name, outcomes in counts.items()}
    for name, outcome in report.items():
        outcomes = new.setdefault(name, {})
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return new


def describe(counts: Counts) -> str:
    """Say how many verdicts were made how often, and how many came out one way and then another."""
    made = sum(sum(outcomes.values()) for outcomes in counts.values())
    again = {name: outcomes for name, outcomes in counts.items() if sum(outcomes.values()) > 1}
    flipped = sorted(name for name, outcomes in again.items() if len(outcomes) > 1)
    text = (
        f"{len(counts)} verdicts were made {made} times in all, {len(again)} of them twice or more; "
        f"{len(flipped) or 'none'} came out now one way, now another."
    )
    often = Counter(sum(outcomes.values()) for outcomes in counts.values())
    times = ", ".join(f"{number} {times} times" for times, number in sorted(often.items()))
    lines = [text, "", f"How often: {times}."]
    if flipped:
        lines += ["", "| Verdict | Outcomes |", "|---|---|"]
        lines += [f"| `{n}` | {', '.join(f'{k} {v}' for k, v in sorted(again[n].items()))} |" for n in flipped]
    return "\n".join(lines)


def main() -> int:
    """Add the reports that are named."""
    parser = argparse.ArgumentParser(prog="benchmarks.flips", description=main.__doc__)
    parser.add_argument("reports", nargs="*", type=Path, metavar="JUNIT", help="such as .drillbook/junit.xml")
    reports = parser.parse_args().reports
    counts: Counts = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for path in reports:
        counts = add(counts, read_report(path))
    RESULTS.write_text(json.dumps(counts, indent=0, sort_keys=True) + "\n", "utf-8")
    print(describe(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
