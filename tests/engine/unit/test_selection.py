"""What a run of the gate chooses, and what seven days in a row leave out: nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.plan.last_run import Run
from drillbook.plan.selection import (
    DAYS,
    Facts,
    Share,
    Unit,
    Why,
    find_date_of,
    find_places,
    find_todays_share,
    parse_share,
    select,
)

TODAY = dt.date(2026, 11, 28)
ENVIRONMENTS = ("production", "staging")


def snippet(name: str, environment: str, *, control: bool = False) -> Unit:
    system = name.split("/", 1)[0]
    return Unit(
        nodeid=f"snippets/{name}.sh::{environment}{'-control' if control else ''}",
        systems=(system,),
        group=name,
        environment=environment,
        turn=ENVIRONMENTS.index(environment),
        control=control,
    )


def sandbox_test(name: str) -> Unit:
    return Unit(nodeid=name, systems=("shop",), group=name.split("::", 1)[0])


UNITS = [
    *(
        snippet(f"{system}/{n}", e, control=c)
        for system in ("shop", "depot", "night-shift")
        for n in range(40)
        for e in ENVIRONMENTS
        for c in (False, True)
    ),
    *(sandbox_test(f"tests/sandbox/test_{n}.py::test_it[{case}]") for n in range(12) for case in "ab"),
]


def choose(date: dt.date = TODAY, **facts: Any) -> Mapping[str, Why]:
    values = {"date": date, "share": find_todays_share(date), "environments": ENVIRONMENTS, **facts}
    return select(UNITS, Facts(**values)).chosen


def week(start: dt.date, **facts: Any) -> list[Mapping[str, Why]]:
    return [choose(start + dt.timedelta(days=n), **facts) for n in range(DAYS)]


@pytest.mark.parametrize("start", [TODAY, dt.date(2027, 1, 1), dt.date(2028, 2, 26)])
def test_seven_days_in_a_row_run_every_snippet_and_every_test(start: dt.date) -> None:
    ran = {name for day in week(start) for name in day}
    groups = {unit.group for unit in UNITS}
    assert {unit.group for unit in UNITS if unit.nodeid in ran} == groups
    assert {unit.nodeid for unit in UNITS if unit.environment is None} <= ran


def test_two_weeks_run_each_snippet_in_each_environment() -> None:
    monday = dt.date.fromordinal(TODAY.toordinal() // DAYS * DAYS)
    ran = {name for start in (monday, monday + dt.timedelta(days=DAYS)) for day in week(start) for name in day}
    assert ran == {unit.nodeid for unit in UNITS}


def test_on_one_day_an_unchanged_snippet_runs_in_one_environment_with_its_control_there() -> None:
    chosen = choose()
    assert chosen
    for name in chosen:
        if name.startswith("snippets/"):
            other = name.replace("production", "?").replace("staging", "production").replace("?", "staging")
            assert other not in chosen
            assert name.removesuffix("-control") in chosen


def test_what_changed_runs_in_all_environments_and_its_control_in_one() -> None:
    changed = {unit.nodeid: "text" for unit in UNITS if unit.group == "shop/3"}
    chosen = {name for name, why in choose(changed=changed).items() if why is Why.CHANGED}
    assert chosen == {
        "snippets/shop/3.sh::production",
        "snippets/shop/3.sh::production-control",
        "snippets/shop/3.sh::staging",
    }


def test_a_changed_engine_runs_each_snippet_once() -> None:
    chosen = choose(engine=True)
    ran = [unit for unit in UNITS if unit.nodeid in chosen and unit.environment and not unit.control]
    assert sorted(unit.group for unit in ran) == sorted({unit.group for unit in UNITS if unit.environment})
    assert len({unit.environment for unit in ran}) == 2


def test_what_the_promises_name_runs_each_day_with_all_its_cases() -> None:
    named = frozenset({"tests/sandbox/test_5.py::test_it"})
    for day in week(TODAY, named=named):
        assert {name for name, why in day.items() if why is Why.NAMED} == {
            "tests/sandbox/test_5.py::test_it[a]",
            "tests/sandbox/test_5.py::test_it[b]",
        }


def test_everything_leaves_nothing_out() -> None:
    assert set(choose(everything="--all").values()) == {Why.EVERYTHING}
    assert len(choose(everything="--all")) == len(UNITS)


@pytest.mark.parametrize(("days", "joins"), [(7, False), (8, True)])
def test_what_was_not_run_for_more_than_seven_days_joins(days: int, joins: bool) -> None:
    plan = select(UNITS, Facts(date=TODAY, share=find_todays_share(TODAY), environments=ENVIRONMENTS))
    name = next(iter(plan.left))
    last = {name: Run(date=TODAY - dt.timedelta(days=days), seconds=1.0)}
    # Of a week in which all were run, so that the places are the same.
    last |= {unit.nodeid: Run(date=TODAY, seconds=1.0) for unit in UNITS if unit.nodeid != name}
    assert (choose(last=last).get(name) is Why.OLD) is joins


def test_what_is_left_says_which_share_has_it() -> None:
    plan = select(UNITS, Facts(date=TODAY, share=find_todays_share(TODAY), environments=ENVIRONMENTS))
    for name, number in plan.left.items():
        if number:
            day = find_date_of(number, TODAY)
            assert TODAY < day < TODAY + dt.timedelta(days=DAYS)
            facts = Facts(date=TODAY, share=Share(number=number, of=DAYS), environments=ENVIRONMENTS)
            assert select(UNITS, facts).chosen[name] is Why.SHARE
    assert plan.chosen.keys() | plan.left.keys() == {unit.nodeid for unit in UNITS}


def test_shares_follow_the_seconds_and_keep_a_system_together() -> None:
    slow = {u.nodeid: Run(date=TODAY, seconds=50.0 if u.systems == ("depot",) else 1.0) for u in UNITS}
    places = find_places(UNITS, slow)
    depot = [places[f"depot/{n}"] for n in range(40)]
    assert max(depot) - min(depot) > 0.8
    for other in ("shop", "night-shift"):
        stretch = [places[f"{other}/{n}"] for n in range(40)]
        assert max(stretch) < min(depot) or min(stretch) > max(depot)


def test_a_new_snippet_moves_no_other() -> None:
    last = {unit.nodeid: Run(date=TODAY, seconds=2.0) for unit in UNITS}
    before = find_places(UNITS, last)
    after = find_places([*UNITS, snippet("depot/new", "staging")], last)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("text", ["0/7", "8/7", "3", "3/0", "a/b", "1/7 ", "-1/7"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(DrillbookError, match=r"is not a share. Write K/N"):
        parse_share(text)


def test_a_share_is_read() -> None:
    assert str(parse_share("3/7")) == "3/7"
