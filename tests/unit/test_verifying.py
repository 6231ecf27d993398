"""Which snippets are tried in the same rounds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.core.model import PasteMode, Risk
from drillbook.project.project import Project, load_project, render
from drillbook.verify.verdict import find_chain, find_partner, find_turn, find_ways, share

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


def find_name(project: Project, name: str) -> str | None:
    partner = find_partner(project, render(project, name, "staging"))
    return partner.snippet.id if partner else None


def test_a_change_and_its_undo_are_each_others_partners(project: Project) -> None:
    pairs = {name: partner for name in project.snippets if (partner := find_name(project, name))}
    assert len(pairs) > 20
    assert all(pairs[partner] == name for name, partner in pairs.items())
    assert pairs["voiceassist/maintenance-on"] == "voiceassist/maintenance-off"


def test_what_has_no_undo_and_undoes_nothing_is_alone(project: Project) -> None:
    alone = [snippet.id for snippet in project.snippets.values() if snippet.risk is Risk.READ_ONLY]
    assert not any(find_name(project, name) for name in alone)


def test_of_several_changes_with_one_undo_one_is_its_partner(project: Project) -> None:
    first, other = project.snippets["voiceassist/maintenance-on"], project.snippets["voiceassist/close-port"]
    shared = {**project.snippets, other.id: replace(other, undo=first.undo)}
    changed = replace(project, snippets=shared)
    assert find_name(changed, "voiceassist/close-port") == "voiceassist/maintenance-off"
    assert find_name(changed, "voiceassist/maintenance-on") is None


def test_an_undo_with_an_undo_of_its_own_stands_in_a_chain_of_three(project: Project) -> None:
    last = replace(project.snippets["voiceassist/maintenance-off"], undo="voiceassist/open-port")
    changed = replace(project, snippets={**project.snippets, last.id: last})
    chain = find_chain(changed, render(changed, "voiceassist/maintenance-off", "staging"))
    names = ["voiceassist/maintenance-on", "voiceassist/maintenance-off", "voiceassist/open-port"]
    assert [one.snippet.id for one in chain] == names
    assert find_name(changed, "voiceassist/maintenance-off") is None


def test_what_has_several_lines_or_aliases_is_pasted_both_ways_and_a_single_line_plainly(project: Project) -> None:
    several = render(project, "voiceassist/rotate-database-password", "staging")
    assert several.text.count("\n") > 1
    assert find_ways(several) == (PasteMode.BRACKETED, PasteMode.PLAIN)
    assert find_ways(render(project, "voiceassist/aliases", "staging")) == (PasteMode.BRACKETED, PasteMode.PLAIN)
    assert find_ways(replace(several, text="hostname\n")) == (PasteMode.PLAIN,)
    assert find_ways(replace(several, text="hostname")) == (PasteMode.PLAIN,)


def test_each_environment_has_a_turn_of_its_own_and_half_of_the_snippets_begin_in_each(project: Project) -> None:
    turns = {
        name: [find_turn(project, render(project, name, one)) for one in project.environments]
        for name in project.snippets
    }
    assert all(sorted(many) == [(0, 2), (1, 2)] for many in turns.values())
    first = [many[0][0] for many in turns.values()]
    assert 0.4 < sum(first) / len(first) < 0.6


@pytest.mark.parametrize("ways", [tuple(PasteMode), (PasteMode.PLAIN,)])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_every_way_is_tried_somewhere_and_every_environment_tries_one(ways: tuple[PasteMode, ...], turns: int) -> None:
    tried = [share(ways, turn, turns) for turn in range(turns)]
    assert all(tried)
    assert {way for one in tried for way in one} == set(ways)
