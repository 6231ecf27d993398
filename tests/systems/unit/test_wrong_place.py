"""Every kubectl command of a page says which cluster it means, and in which namespace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.core.model import Kind
from drillbook.project.project import load_project, render_all
from drillbook.shell.script import parse_script

ROOT = Path(__file__).parents[3]
OF_THE_CLUSTER = {"nodes", "node"}
"""What `get`, `top` and `describe` find outside namespaces."""
READING = {"get", "top", "describe"}


def find_vague(text: str) -> Iterator[str]:
    """Yield the kubectl commands of a shell text that leave cluster or namespace to the reader's settings."""
    for command in parse_script(text).commands:
        words = command.plain
        if "kubectl" not in words:
            if any("kubectl" in word for word in words):
                yield f"{' '.join(words)}: a kubectl within a word cannot be looked at"
            continue
        own: list[str] = [*words[words.index("kubectl") + 1 :], "", "", "", ""]
        option, context, rest = own[0], own[1], own[2:]
        if option != "--context":
            yield f"{' '.join(words)}: no --context"
        elif rest[0] != "-n" and not (rest[0] in READING and rest[1] in OF_THE_CLUSTER):
            yield f"{' '.join(words)}: no -n"
        elif context.endswith("-admin") and rest[0] not in READING:
            yield f"{' '.join(words)}: the administrator's context for what may change something"


def test_every_kubectl_command_names_its_cluster_and_its_namespace() -> None:
    project = load_project(ROOT)
    texts = {
        one.key: one.text for one in render_all(project) if one.snippet.kind is Kind.SHELL and "kubectl" in one.text
    }
    assert len(texts) > 60
    assert not {key: vague for key, text in texts.items() if (vague := list(find_vague(text)))}


@pytest.mark.parametrize(
    "text",
    [
        "kubectl get pods",
        "kubectl",
        "timeout 30 kubectl get pods",
        "sh -c 'kubectl get pods'",
        "kubectl --context here-admin -n aegis delete pods --all",
        "kubectl -n aegis get pods",
        "kubectl --context here get pods",
        "kubectl --context here get pods | grep -v nodes",
        "true && (kubectl --context here delete nodes one)",
        'pod=$(kubectl --context here top pods) && echo "$pod"',
    ],
)
def test_a_command_that_leaves_its_place_open_is_found(text: str) -> None:
    assert list(find_vague(text))
