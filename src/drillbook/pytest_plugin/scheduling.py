"""How pytest-xdist hands out work: the snippets of one sandbox to one worker, other tests file by file.

Taken for `--dist loadgroup`, whose own grouping pytest-xdist 3.8 loses with pytest 9.2: the mark no longer reaches the
node's id. What needs images that this run's builder has yet to build is handed out when they are there; until then
workers take what comes after it.
"""

from __future__ import annotations

import ast
import re
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xdist.scheduler import LoadScopeScheduling

from drillbook.sandbox.builds import is_awaited

SNIPPET = re.compile(r"(?P<project>([^:\[]*/)?snippets/(?P<system>[^/:]+))/[^:]+::(?P<environment>[^:]+?)(-control)?$")
SANDBOX = re.compile(r"(.*/)?snippets/(?P<system>[^/:]+)::[^:]+$")
MARKER = "system"
"""The mark by which a test says which systems' sandboxes it opens."""
PAUSE = -1
"""Sent to a worker in place of an item's number: nothing comes after its last item yet, which it is to run now."""
WORKER = "WorkerInteractor"
"""The class of pytest-xdist that runs what a worker is sent."""
LOOK = 0.5
"""Seconds between two looks at what the builder has ended, while a worker has nothing to do."""


def find_scope(nodeid: str) -> str:
    """Return what goes to one worker together: `snippets/SYSTEM::ENVIRONMENT`, or a test's file."""
    if found := SNIPPET.match(nodeid):
        return f"{found['project']}::{found['environment']}"
    return nodeid.split("::", 1)[0]


def find_systems(scope: str, root: Path) -> frozenset[str]:
    """Return the systems whose sandboxes a scope opens: its own, or those that a test's file has in its marks."""
    if found := SANDBOX.match(scope):
        return frozenset({found["system"]})
    path = root / scope
    return read_marks(path) if path.suffix == ".py" and path.is_file() else frozenset()


def read_marks(path: Path) -> frozenset[str]:
    """Return the names in all `pytest.mark.system(...)` of a file; the controller collects no items to ask."""
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    marks = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == MARKER]
    return frozenset(a.value for m in marks for a in m.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


class SandboxScheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Hands out whole sandboxes and whole files, each when the images that it needs are there."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        self.root = Path(config.rootpath)
        self.idle: dict[Any, None] = {}
        """Workers that wait for images, as nothing else is left."""
        self.needs: dict[str, frozenset[str]] = {}
        self.watch: threading.Thread | None = None

    def _split_scope(self, nodeid: str) -> str:
        return find_scope(nodeid)

    def find_awaited(self, scope: str) -> list[str]:
        """Return the systems of a scope whose images are still being built."""
        if scope not in self.needs:
            self.needs[scope] = find_systems(scope, self.root)
        return sorted(system for system in self.needs[scope] if is_awaited(system))

    def _assign_work_unit(self, node: Any) -> None:
        """Give a worker the first unit that it can begin with; nothing while there is none."""
        scope = next((scope for scope in self.workqueue if not self.find_awaited(scope)), None)
        if scope is None:
            self._leave_idle(node)
            return
        self.idle.pop(node, None)
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)
        if not self.workqueue:
            # They wait for what will not come: pytest-xdist lets a worker go when it reports an item.
            for other in list(self.idle):
                self.idle.pop(other)
                self._reschedule(other)

    def _leave_idle(self, node: Any) -> None:
        # A worker runs an item when it knows which one comes next.
        if self._pending_of(self.assigned_work[node]) == 1:
            node.send_runtest_some([PAUSE])
        self.idle[node] = None
        if self.watch is None or not self.watch.is_alive():
            self.watch = threading.Thread(target=self._watch_builds, name="builds", daemon=True)
            self.watch.start()

    def _watch_builds(self) -> None:
        """Wake the controller, which only waits for what its workers report, when there is work for an idle one."""
        while self.assigned_work:
            time.sleep(LOOK)
            if any(not self.find_awaited(scope) for scope in list(self.workqueue)):
                for node in list(self.idle):
                    # pytest-xdist hands it to the scheduler's `remove_pending_tests_from_node`.
                    node.notify_inproc("unscheduled", node=node, indices=())

    def remove_pending_tests_from_node(self, node: Any, indices: Sequence[int]) -> None:
        """Look again for work for a worker that has none; nothing is ever taken away from one."""
        if node in self.idle and node in self.assigned_work:
            self._reschedule(node)

    def remove_node(self, node: Any) -> str | None:
        """Forget a worker that ended or died."""
        self.idle.pop(node, None)
        crashed: str | None = super().remove_node(node)
        return crashed


def let_pause(config: Any) -> None:
    """Let a worker run its last item though it is not known yet what comes after it.

    As if it were the last of all: what fixtures hold is let go of, a sandbox too.
    """
    worker: Any = next(one for one in config.pluginmanager.get_plugins() if type(one).__name__ == WORKER)

    def run_one_test() -> None:
        index, worker.nextitem_index = worker.nextitem_index, worker.torun.get()
        if index == PAUSE:
            return
        items, coming = worker.session.items, worker.nextitem_index
        known = isinstance(coming, int) and coming != PAUSE
        worker.item_index = index
        began = time.perf_counter()
        config.hook.pytest_runtest_protocol(item=items[index], nextitem=items[coming] if known else None)
        seconds = time.perf_counter() - began
        worker.sendevent("runtest_protocol_complete", item_index=index, duration=seconds)

    worker.run_one_test = run_one_test
