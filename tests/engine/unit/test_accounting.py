"""Where a run's seconds go."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from drillbook.pytest_plugin.reporting import SPENT, describe_spent
from drillbook.sandbox.accounting import Account, add_spent, take_spent


@pytest.fixture(autouse=True)
def nothing_spent() -> Iterator[None]:
    take_spent()
    yield
    take_spent()


class Clock:
    """Stands where nobody moves it."""

    now = 100.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("drillbook.sandbox.accounting.time.monotonic", lambda: clock.now)
    return clock


def test_an_inner_parts_time_is_not_the_outer_ones(clock: Clock) -> None:
    account = Account("shop")
    with account.spend("running"):
        clock.now += 1
        with account.spend("measuring"):
            clock.now += 10
        clock.now += 2
    clock.now += 1000
    assert take_spent() == {"shop": {"running": (1, 3.0), "measuring": (1, 10.0)}}


def test_what_fails_has_taken_time_too(clock: Clock) -> None:
    account = Account("shop")

    def break_down() -> None:
        with account.spend("reset"):
            clock.now += 4
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        break_down()
    with account.spend("reset"):
        clock.now += 1
    assert take_spent() == {"shop": {"reset": (2, 5.0)}}


def test_what_was_taken_is_not_told_again() -> None:
    with Account("shop").spend("traffic"):
        pass
    assert take_spent()
    assert not take_spent()


def test_what_was_spent_in_several_places_is_added() -> None:
    assert add_spent([{"reset": (1, 2.0)}, {"reset": (2, 3.0), "traffic": (1, 1.0)}]) == {
        "reset": (3, 5.0),
        "traffic": (1, 1.0),
    }


def test_each_system_has_a_line_for_its_snippets_and_one_for_tests() -> None:
    told = [
        ("snippets/shop/a.sh::production", {"shop": {"traffic": (1, 30.0), "lay-out": (1, 60.0)}}),
        ("snippets/shop/b.sh::production", {"shop": {"traffic": (1, 60.0)}}),
        ("tests/sandbox/test_shop.py::test_it", {"shop": {"reset": (3, 90.0)}, "bank": {"reset": (1, 6.0)}}),
    ]
    properties = [(name, [("other", 1), (SPENT, json.dumps(spent))]) for name, spent in told]
    assert describe_spent(properties) == [
        "bank, tests: reset 0.1 (1)",
        "shop, snippets: lay-out 1.0 (1), traffic 1.5 (2)",
        "shop, tests: reset 1.5 (3)",
    ]
