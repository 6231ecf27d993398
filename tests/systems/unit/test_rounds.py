"""Which of this project's snippets are tried in the same rounds, and how they are cut into shards."""

from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.core.model import Risk
from drillbook.evidence.status import SnippetResult, load_results
from drillbook.plan.selection import Share
from drillbook.plan.shards import LAY_OUT, estimate, take_shard
from drillbook.project.project import Project, load_project, render
from drillbook.verify.verdict import find_partner, find_turn

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


@pytest.fixture(scope="module")
def due(project: Project) -> list[SnippetResult]:
    return list(load_results(project).values())


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


def test_each_environment_has_a_turn_of_its_own_and_half_of_the_snippets_begin_in_each(project: Project) -> None:
    turns = {
        name: [find_turn(project, render(project, name, one)) for one in project.environments]
        for name in project.snippets
    }
    assert all(sorted(many) == [(0, 2), (1, 2)] for many in turns.values())
    first = [many[0][0] for many in turns.values()]
    assert 0.4 < sum(first) / len(first) < 0.6


def test_four_shards_of_this_repository_are_within_a_fifth_of_each_other(
    project: Project, due: list[SnippetResult]
) -> None:
    parts = [take_shard(project, due, Share(number=k, of=4), {}) for k in range(1, 5)]
    seconds = [
        sum(estimate(one, {}) for one in part)
        + LAY_OUT * len({(one.rendered.snippet.system, one.rendered.environment) for one in part})
        for part in parts
    ]
    keys = [one.rendered.key for part in parts for one in part]
    assert sorted(keys) == sorted(one.rendered.key for one in due)
    assert max(seconds) < 1.2 * min(seconds)


def test_a_change_and_its_undo_are_in_one_shard(project: Project, due: list[SnippetResult]) -> None:
    places = {one.rendered.key: k for k in range(1, 9) for one in take_shard(project, due, Share(number=k, of=8), {})}
    pairs = [(one.rendered, find_partner(project, one.rendered)) for one in due]
    assert sum(partner is not None for _, partner in pairs) > 40
    assert all(places[one.key] == places[partner.key] for one, partner in pairs if partner)
