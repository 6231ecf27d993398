"""What pyproject.toml and requirements.lock say of the packages that Drillbook stands on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DIRECT = [
    Requirement(line)
    for lines in (
        PROJECT["build-system"]["requires"],
        PROJECT["project"]["dependencies"],
        PROJECT["project"]["optional-dependencies"]["dev"],
    )
    for line in lines
]


def test_every_direct_dependency_has_a_lower_bound() -> None:
    without = [str(one) for one in DIRECT if not any(bound.operator == ">=" for bound in one.specifier)]
    assert not without, "`./run lowest` finds out which one is enough"


def test_the_lock_file_has_each_in_a_version_that_is_allowed() -> None:
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    assert [str(one) for one in DIRECT if locked.get(one.name, "0") not in one.specifier] == []
