"""Chooses what a run of the gate runs, and says why: what changed, what the promises name, today's share of the rest.

Goes in: units (a snippet in an environment, its control, a test in a sandbox) and facts about them. Comes out: a frozen
`Plan`. Pure; `gate` calls it.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from drillbook.core.errors import InputError, Location, Problem
from drillbook.plan.last_run import Run

DAYS = 7
"""So many shares run everything."""


class Why(StrEnum):
    """Why a unit is run, the strongest reason first."""

    EVERYTHING = "everything"
    CHANGED = "changed"
    ENGINE = "the engine changed"
    NAMED = "named by the promises"
    SHARE = "today's share"
    OLD = "not run for seven days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is chosen or left: one item of pytest."""

    nodeid: str
    systems: tuple[str, ...]
    """The systems whose sandboxes it needs."""
    group: str
    """What goes together, such as a change and its undo, or the tests of one file: one day has all of it."""
    environment: str | None = None
    """None for a test: it chooses its own."""
    turn: int = 0
    """Where the environments share something out: this one's number. Number 0 has the control of a changed snippet."""
    control: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One of several shares of what did not change, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides the choice."""

    date: dt.date
    share: Share
    environments: tuple[str, ...]
    everything: str | None = None
    """Why all of it is run; None: it is not."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """By node id: what changed."""
    engine: bool = False
    named: frozenset[str] = frozenset()
    """Node ids, without parameters, that the promises name."""
    last: Mapping[str, Run] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is run, by node id with its reason; what is left, with the share that has it (0: next week's)."""

    chosen: Mapping[str, Why]
    left: Mapping[str, int]


def parse_share(text: str, where: str = "--share") -> Share:
    """Read `K/N`. Raises InputError for anything else."""
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    if not found or int(found[1]) > int(found[2]):
        problem = f"'{text}' is not a share. Write K/N with K from 1 to N, such as 3/7."
        raise InputError(Problem(Location(where), problem))
    return Share(number=int(found[1]), of=int(found[2]))


def find_todays_share(date: dt.date) -> Share:
    """Return the share of a day: seven days in a row have all of them."""
    return Share(number=date.toordinal() % DAYS + 1, of=DAYS)


def find_date_of(share: int, date: dt.date) -> dt.date:
    """Return the next day after `date` that has this one of seven shares."""
    return date + dt.timedelta(days=(share - 1 - date.toordinal() - 1) % DAYS + 1)


def select(units: Sequence[Unit], facts: Facts) -> Plan:
    """Choose what is run."""
    # What is run each day must make no day's stretch wider.
    places = find_places([unit for unit in units if not _is_named(unit, facts)], facts.last)
    chosen: dict[str, Why] = {}
    left: dict[str, int] = {}
    for unit in units:
        number = int(places.get(unit.group, 0.0) * facts.share.of) + 1
        if why := _choose(unit, facts, today=number == facts.share.number):
            chosen[unit.nodeid] = why
        else:
            left[unit.nodeid] = number if _has_turn(unit, facts) else 0
    return Plan(chosen=chosen, left=left)


def _choose(unit: Unit, facts: Facts, *, today: bool) -> Why | None:
    run = facts.last.get(unit.nodeid)
    turn = _has_turn(unit, facts)
    holds = {
        Why.EVERYTHING: facts.everything is not None,
        Why.CHANGED: unit.nodeid in facts.changed and not (unit.control and unit.turn),
        Why.ENGINE: facts.engine and turn,
        Why.NAMED: _is_named(unit, facts),
        Why.SHARE: today and turn,
        Why.OLD: run is not None and facts.date - run.date > dt.timedelta(days=DAYS),
    }
    return next((why for why in Why if holds[why]), None)


def _is_named(unit: Unit, facts: Facts) -> bool:
    return unit.nodeid.split("[", 1)[0] in facts.named


def _has_turn(unit: Unit, facts: Facts) -> bool:
    """Tell whether it is the turn of a unit's environment: each has the other half of the snippets in the next week."""
    if unit.environment is None:
        return True
    week = facts.date.toordinal() // DAYS
    turn = (week + (zlib.crc32(unit.group.encode()) >> 8)) % len(facts.environments)
    return facts.environments[turn] == unit.environment


def find_places(units: Sequence[Unit], last: Mapping[str, Run]) -> dict[str, float]:
    """Return the place of each group between 0 and 1: a share takes a stretch of it.

    A system's groups lie side by side, so that a share lays out few sandboxes; its stretch is as wide as it took
    seconds when all was last run. Within it a group's name decides, so that a new snippet moves no other.
    """
    seconds: defaultdict[str, float] = defaultdict(float)
    systems: dict[str, str] = {}
    for unit in units:
        system = systems.setdefault(unit.group, "+".join(sorted(unit.systems)))
        run = last.get(unit.nodeid)
        seconds[system] += run.seconds if run else 0.0 if last else 1.0
    total = sum(seconds.values()) or 1.0
    starts: dict[str, float] = {}
    before = 0.0
    for system in sorted(seconds):
        starts[system] = before / total
        before += seconds[system]
    return {
        group: min(
            starts[system] + seconds[system] / total * zlib.crc32(group.encode()) / 2**32,
            1.0 - 2**-40,
        )
        for group, system in systems.items()
    }
