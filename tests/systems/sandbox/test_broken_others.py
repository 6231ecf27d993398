"""Broken snippets in a real sandbox, beyond the first ones of each group: all but lost statuses and leavings."""

from __future__ import annotations

import pytest

from tests.systems.sandbox import broken_runs as runs
from tests.systems.sandbox.test_broken import PARTS

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

NAMES = runs.find_rest(*PARTS[2])


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> runs.Cases:
    return runs.run_cases(NAMES, tmp_path_factory.mktemp("broken") / "report.xml")


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_out_as_it_must_and_the_next_one_finds_a_clean_sandbox(cases: runs.Cases, name: str) -> None:
    runs.expect_its_way(cases, name)
    runs.expect_clean_after(cases, name)
