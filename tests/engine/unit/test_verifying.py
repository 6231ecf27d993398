"""Which snippets are tried in the same rounds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.core.model import Alias, PasteMode
from drillbook.project.project import Project, load_project, render
from drillbook.verify.verdict import find_chain, find_partner, find_turn, find_ways, share

SMALL = Path(__file__).parents[2] / "fixtures" / "small"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(SMALL)


def find_name(project: Project, name: str) -> str | None:
    partner = find_partner(project, render(project, name, "staging"))
    return partner.snippet.id if partner else None


def test_a_change_and_its_undo_are_each_others_partners(project: Project) -> None:
    assert find_name(project, "shop/stop") == "shop/start"
    assert find_name(project, "shop/start") == "shop/stop"
    assert find_name(project, "shop/health") is None


def test_of_several_changes_with_one_undo_one_is_its_partner(project: Project) -> None:
    other = replace(project.snippets["shop/stop"], id="shop/pause")
    changed = replace(project, snippets={**project.snippets, other.id: other})
    assert find_name(changed, "shop/pause") == "shop/start"
    assert find_name(changed, "shop/stop") is None


def test_an_undo_with_an_undo_of_its_own_stands_in_a_chain_of_three(project: Project) -> None:
    last = replace(project.snippets["shop/start"], id="shop/announce")
    undo = replace(project.snippets["shop/start"], undo=last.id)
    changed = replace(project, snippets={**project.snippets, undo.id: undo, last.id: last})
    chain = find_chain(changed, render(changed, "shop/start", "staging"))
    assert [one.snippet.id for one in chain] == ["shop/stop", "shop/start", "shop/announce"]
    assert find_name(changed, "shop/start") is None


def test_what_has_several_lines_or_aliases_is_pasted_both_ways_and_a_single_line_plainly(project: Project) -> None:
    several = replace(render(project, "shop/health", "staging"), text="hostname\nhostname\n")
    assert find_ways(several) == (PasteMode.BRACKETED, PasteMode.PLAIN)
    assert find_ways(replace(several, text="hostname\n")) == (PasteMode.PLAIN,)
    assert find_ways(replace(several, text="hostname")) == (PasteMode.PLAIN,)
    alias = Alias(name="now", expectation=project.snippets["shop/health"].expectations[0])
    aliased = replace(several, text="alias now=date\n", aliases=(alias,))
    assert find_ways(aliased) == (PasteMode.BRACKETED, PasteMode.PLAIN)


def test_each_environment_has_a_turn_of_its_own(project: Project) -> None:
    for name in project.snippets:
        turns = [find_turn(project, render(project, name, one)) for one in project.environments]
        assert sorted(turns) == [(0, 2), (1, 2)]


@pytest.mark.parametrize("ways", [tuple(PasteMode), (PasteMode.PLAIN,)])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_every_way_is_tried_somewhere_and_every_environment_tries_one(ways: tuple[PasteMode, ...], turns: int) -> None:
    tried = [share(ways, turn, turns) for turn in range(turns)]
    assert all(tried)
    assert {way for one in tried for way in one} == set(ways)
