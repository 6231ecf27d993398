"""Runs broken snippets in a real sandbox, and reads what came out.

tests/broken/ways.toml says of each in which way it is wrong, and what its report has to say. Each test file runs a part
of them in a sandbox of its own, so that workers can share them.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pytestshellutils.shell import Subprocess

BROKEN = Path(__file__).parents[2] / "broken"
SYSTEM = "voiceassist"
WAYS: dict[str, dict[str, Any]] = tomllib.loads((BROKEN / "ways.toml").read_text("utf-8"))
GROUPS = tuple(dict.fromkeys(way["group"] for way in WAYS.values()))
AFTER = "what-comes-after"
"""What is run after each."""
OF_EACH = 2
"""So many of each group are in test_broken.py, and all that is sound."""
SECONDS = 2400

Cases = dict[str, ET.Element]


def find_first() -> tuple[str, ...]:
    """Return the names of those in test_broken.py: the first ones of each group, and what is sound."""
    firsts = [name for group in GROUPS for name in [n for n in WAYS if WAYS[n]["group"] == group][:OF_EACH]]
    return tuple(dict.fromkeys([*firsts, *(name for name, way in WAYS.items() if way["verdict"] == "passed")]))


def find_rest(*groups: str) -> tuple[str, ...]:
    """Return the names of the others in these groups."""
    return tuple(n for n, way in WAYS.items() if way["group"] in groups and n not in find_first())


def run_cases(names: Iterable[str], report: Path) -> Cases:
    """Run these once, in production's sandbox; return their JUnit cases by name, a control's with `-control`."""
    arguments = ("-p", "no:randomly", "-p", "no:cacheprovider", "--drillbook-controls", f"--rootdir={BROKEN}")
    files = [f"snippets/{SYSTEM}/{name}.sh" for name in names]
    result = Subprocess(cwd=BROKEN).run(
        *(sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", *arguments, f"--junit-xml={report}"),
        *(*files, "-k", "production"),
        _timeout=SECONDS,
    )
    assert result.returncode == 1, str(result)
    found = {}
    for case in ET.parse(report).iter("testcase"):
        stem = str(case.get("classname")).removesuffix(".sh").rpartition(".")[2]
        found[f"{stem}{'-control' if str(case.get('name')).endswith('control') else ''}"] = case
    return found


def outcome(case: ET.Element) -> tuple[str, str]:
    """Return how a case came out, and what its report says."""
    for name, how in {"error": "errored", "failure": "failed", "skipped": "skipped"}.items():
        element = case.find(name)
        if element is not None:
            return how, f"{element.get('message')}\n{element.text}"
    return "passed", ""


def expect_its_way(cases: Cases, name: str) -> None:
    """Demand that a snippet came out as ways.toml says, with words that name the cause, and left a clean sandbox."""
    way = WAYS[name]
    how, text = outcome(cases[name])
    if way["verdict"] == "control":
        assert how == "passed", text
        how, text = outcome(cases[f"{name}-control"])
        assert how == "failed", text
    elif way["verdict"] != "refused":  # by `check`, before it runs; here it is only seen what it leaves behind
        assert how in way["verdict"].split(" or "), text
    if way["verdict"] not in ("refused", "passed"):
        assert way.get("says", "") in text


def expect_clean_after(cases: Cases, name: str) -> None:
    """Demand that the snippet after it was well, and found the sandbox as it should be."""
    if name != AFTER:
        (said,) = (one.get("value") for one in cases[name].iter("property") if one.get("name") == "after")
        assert not said
