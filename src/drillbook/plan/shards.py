"""Cuts the verdicts that are due into shards of about the same time, one for each of several machines.

`verify --shard K/N` calls it. All machines that have the same commit cut alike: the shards are disjoint, and together
they are everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drillbook.evidence.status import SnippetResult
from drillbook.plan.last_run import Run
from drillbook.plan.selection import Share
from drillbook.project.project import Project
from drillbook.verify.verdict import find_chain

LAY_OUT = 20.0
"""Seconds until a sandbox stands, as a shard pays for each that it needs."""
ROUNDS = 3.0
"""How often a text is run and pasted, as a rule."""
BESIDE = 1.5
"""Seconds that a verdict takes besides: state is laid, and read."""


def take_shard(
    project: Project, due: Sequence[SnippetResult], shard: Share, last: Mapping[str, Run]
) -> list[SnippetResult]:
    """Return what one shard runs."""
    chains: dict[tuple[str, str, str], list[SnippetResult]] = {}
    for result in due:
        head = find_chain(project, result.rendered)[0]
        chains.setdefault((head.snippet.system, head.environment, head.snippet.id), []).append(result)
    weights = {name: sum(estimate(one, last) for one in chain) for name, chain in chains.items()}
    parts = cut(weights, shard.of)
    return [one for name in parts[shard.number - 1] for one in chains[name]]


def estimate(result: SnippetResult, last: Mapping[str, Run]) -> float:
    """Return how many seconds a verdict will take: as recorded by `./run tests --all`, else by its evidence."""
    rendered = result.rendered
    if run := last.get(f"{rendered.snippet.path}::{rendered.environment}"):
        return run.seconds
    return BESIDE + ROUNDS * (result.record.seconds if result.record else 1.0)


def cut(weights: Mapping[tuple[str, str, str], float], number: int) -> list[list[tuple[str, str, str]]]:
    """Cut names in their order into so many parts, the longest as short as can be; each sandbox of a part costs."""
    low, high = 0.0, sum(weights.values()) + LAY_OUT * len(weights)
    best = fill(weights, high)
    for _ in range(40):  # halves the interval until it is shorter than any second
        middle = (low + high) / 2
        if len(parts := fill(weights, middle)) <= number:
            best, high = parts, middle
        else:
            low = middle
    return best + [[]] * (number - len(best))


def fill(weights: Mapping[tuple[str, str, str], float], limit: float) -> list[list[tuple[str, str, str]]]:
    """Fill parts in order, none longer than the limit unless a single name is."""
    parts: list[list[tuple[str, str, str]]] = []
    seconds = 0.0
    for name in sorted(weights):
        new = not parts or parts[-1][-1][:2] != name[:2]
        cost = weights[name] + (LAY_OUT if new else 0.0)
        if not parts or seconds + cost > limit:
            parts.append([])
            seconds, cost = 0.0, weights[name] + LAY_OUT
        parts[-1].append(name)
        seconds += cost
    return parts
