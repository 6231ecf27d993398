"""How verdicts are cut into shards for several machines."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from drillbook.evidence.status import SnippetResult, load_results
from drillbook.plan.last_run import Run
from drillbook.plan.selection import Share
from drillbook.plan.shards import LAY_OUT, cut, estimate, take_shard
from drillbook.project.project import Project, load_project

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
Weights = Mapping[tuple[str, str, str], float]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(SMALL)


@pytest.fixture(scope="module")
def due(project: Project) -> list[SnippetResult]:
    return list(load_results(project).values())


def weigh(part: list[tuple[str, str, str]], weights: Weights) -> float:
    return sum(weights[name] for name in part) + LAY_OUT * len({name[:2] for name in part})


@pytest.mark.parametrize("number", [1, 3, 4, 7, 30])
def test_shards_are_disjoint_and_together_everything(project: Project, due: list[SnippetResult], number: int) -> None:
    parts = [take_shard(project, due, Share(number=k, of=number), {}) for k in range(1, number + 1)]
    keys = [one.rendered.key for part in parts for one in part]
    assert sorted(keys) == sorted(one.rendered.key for one in due)


def test_recorded_seconds_decide_where_there_are_any(due: list[SnippetResult]) -> None:
    one = due[0]
    name = f"{one.rendered.snippet.path}::{one.rendered.environment}"
    assert estimate(one, {name: Run(date=dt.date(2026, 11, 28), seconds=77.0)}) == 77.0
    assert estimate(one, {}) != 77.0


@pytest.mark.parametrize("seed", range(20))
def test_the_longest_part_is_as_short_as_an_order_allows(seed: int) -> None:
    chance = random.Random(seed)
    weights = {
        (chance.choice("abc"), chance.choice("xy"), str(n)): chance.uniform(1, 90) for n in range(chance.randint(1, 60))
    }
    number = chance.randint(1, 9)
    parts = cut(weights, number)
    assert len(parts) == number
    assert [name for part in parts for name in part] == sorted(weights)
    longest = max(weigh(part, weights) for part in parts)
    heaviest = max(weights.values()) + LAY_OUT
    # No cut in this order can do better than an equal share of the work, and none is worse than one weight more.
    assert longest <= (sum(weights.values()) + LAY_OUT * 6) / number + heaviest + LAY_OUT


def test_more_shards_than_work_leaves_some_empty() -> None:
    assert cut({("a", "x", "1"): 5.0}, 3) == [[("a", "x", "1")], [], []]
    assert cut({}, 2) == [[], []]


def test_a_shard_that_is_none_is_bad_input(tmp_path: Path) -> None:
    root = Path(shutil.copytree(SMALL, tmp_path / "small"))
    done = subprocess.run(
        [sys.executable, "-m", "drillbook.cli.main", "verify", "--shard", "5/4"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--shard: '5/4' is not a share. Write K/N with K from 1 to N" in done.stderr
