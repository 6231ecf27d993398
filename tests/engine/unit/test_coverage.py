"""A package whose branches are tested too little needs a reason, and a reason that is not needed goes."""

from __future__ import annotations

import json

from benchmarks.coverage import find_problems, sum_up


def make_report(**branches: tuple[int, int]) -> dict[str, object]:
    files = {
        f"src/drillbook/{path.replace('__', '/')}.py": {"summary": {"covered_branches": taken, "num_branches": number}}
        for path, (taken, number) in branches.items()
    }
    return dict(json.loads(json.dumps({"files": files})))


def test_branches_are_summed_up_by_package() -> None:
    report = make_report(shell__words=(9, 10), shell__script=(10, 10), lint__text=(0, 0), main=(0, 7))
    assert sum_up(report) == {"lint": 100.0, "shell": 95.0}


def test_too_few_branches_need_a_reason() -> None:
    (problem,) = find_problems({"shell": 89.9, "lint": 90.0}, {})
    assert problem.startswith("benchmarks/coverage.toml: 89.9 % of the branches of shell are tested.")
    assert list(find_problems({"shell": 89.9}, {"shell": "it needs Docker"})) == []
    assert len(list(find_problems({"shell": 89.9}, {"shell": " "}))) == 1


def test_a_reason_that_is_not_needed_goes() -> None:
    assert ["needs no reason" in one for one in find_problems({"shell": 90.0}, {"shell": "it needs Docker"})] == [True]
    assert ["there is no package" in one for one in find_problems({}, {"shel": "it needs Docker"})] == [True]
