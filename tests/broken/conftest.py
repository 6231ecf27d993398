"""After each broken snippet a sound one is run, as any next snippet would be: it must find the sandbox clean."""

from __future__ import annotations

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.project.project import render
from drillbook.pytest_plugin.plugin import ControlItem, SnippetItem
from drillbook.sandbox.live import LiveSandbox
from drillbook.verify.expectations import show_difference
from drillbook.verify.verdict import judge, run_in

AFTER = "voiceassist/what-comes-after"
MOVED = frozenset({"database-rows", "database-sessions", "redis-data"})
"""Probes that the traffic between two snippets moves."""
KNOWN = pytest.StashKey[dict[tuple[int, object], dict[str, str]]]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Note in the report's properties how a sound snippet fares after this one: `after` is empty where it is well."""
    if not isinstance(item, SnippetItem) or isinstance(item, ControlItem) or item.rendered.snippet.id == AFTER:
        return
    try:
        found = run_after(item)
    except DrillbookError as error:
        found = [f"errored: {error}"]
    item.user_properties.append(("after", "\n".join(found)))


def run_after(item: SnippetItem) -> list[str]:
    """Run the sound snippet; say what is wrong with it, or with the state in which it found the sandbox."""
    environment = item.rendered.environment
    live = item.state.sandbox(item.project, item.rendered.snippet.system, environment)
    after = render(item.project, AFTER, environment)
    trial = run_in(live, item.project, after)[after.key]
    return [*judge(trial).problems, *compare(item.config, live, dict(trial.execution.before))]


def compare(config: pytest.Config, live: LiveSandbox, found: dict[str, str]) -> list[str]:
    """Compare what the probes read with what they read first in this life of the sandbox."""
    lasting = {name: text for name, text in live.sandbox.keep_lasting(found).items() if name not in MOVED}
    lives = config.stash.setdefault(KNOWN, {})
    known = lives.setdefault((id(live), live.laid_out), lasting)
    return [
        f"the probe '{name}' is not as it was at first:\n{show_difference(known[name], text)}"
        for name, text in lasting.items()
        if known[name] != text
    ]
