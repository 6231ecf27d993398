"""When a sandbox is used as it is, restored, or made anew: what is known of its state after each use.

The hosts here hold what their probes read, and nothing else; tests/systems/sandbox/test_restore.py has real ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import SetupError
from drillbook.project.project import Project, load_project, render
from drillbook.sandbox.hosts import Hosts
from drillbook.sandbox.lease import take_lease
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from drillbook.verify.verdict import run_control, run_in
from tests.engine.unit.fake_hosts import (
    HEALTH,
    LAID_OUT,
    NEW_HOSTS,
    RESTORED,
    SANDBOX,
    SMALL,
    SNIPPETS,
    START,
    STOP,
    TRAFFIC,
    FakeSession,
    Machine,
    Use,
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = Path(shutil.copytree(SMALL, tmp_path / "small"))
    (root / "sandboxes/shop/sandbox.yml").write_text(SANDBOX, "utf-8")
    for name, text in SNIPPETS.items():
        (root / f"snippets/shop/{name}.sh").write_text(text, "utf-8")
    return load_project(root)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """It takes the place of Docker."""
    machine = Machine()

    def attach(hosts: Any) -> None:
        hosts._sessions = {role: FakeSession(machine, role) for role in RESTORED}

    monkeypatch.setattr(Hosts, "attach", attach)
    monkeypatch.setattr(Hosts, "is_running", lambda _: True)
    for name, fake in {
        "live.remove_services": machine.make_hosts,
        "live.remove_project": lambda _: machine.log.append("removed"),
        "live.prepare": lambda *_: None,
        "live.start_canary": lambda *_: "",
        "live.run_compose": lambda *_, **__: "",
        "lease.list_projects": lambda _: set(),
    }.items():
        monkeypatch.setattr(f"drillbook.sandbox.{name}", fake)
    # Locks of the whole machine.
    monkeypatch.setenv("HOME", str(tmp_path))
    return machine


@pytest.fixture
def live(project: Project, machine: Machine) -> Iterator[LiveSandbox]:
    """A sandbox that was just started."""
    with open_sandbox(project, "shop", "production") as live:
        assert machine.take_log() == ["removed", "lay-out", "read"]
        yield live


@pytest.fixture
def use(live: LiveSandbox, machine: Machine, project: Project) -> Use:
    """Return what runs a snippet, or its control, and says what was done for that."""

    def run(name: str, *, control: bool = False) -> list[str]:
        rendered = render(project, f"shop/{name}", "production")
        if control:
            run_control(live, project, rendered)
        else:
            run_in(live, project, rendered)
        return machine.take_log()

    return run


def test_what_changed_nothing_leaves_it_as_it_was_for_the_next(live: LiveSandbox, use: Use) -> None:
    assert use("health") == [*TRAFFIC, "read", HEALTH, "read"]
    assert (live.dirty, live.used) == (False, True)
    assert use("health") == [HEALTH, "read"]


def test_a_change_that_its_undo_takes_back_leaves_nothing_to_bring_back(live: LiveSandbox, use: Use) -> None:
    assert use("stop") == ["traffic", "read", STOP, "read", START, "read"]
    assert not live.dirty
    assert use("start") == [STOP, "read", START, "read"]


def test_what_only_moves_on_leaves_nothing_to_bring_back_but_needs_new_traffic(
    live: LiveSandbox, machine: Machine, use: Use
) -> None:
    machine.changes[HEALTH] = {"starts": "2"}
    use("health")
    assert not live.dirty
    assert use("health") == [*TRAFFIC, "read", HEALTH, "read"]


def test_a_change_that_stays_is_restored_where_a_probe_moved(live: LiveSandbox, machine: Machine, use: Use) -> None:
    del machine.changes[START]
    use("stop")
    assert live.dirty
    assert use("health") == ["restore app: units", "read", *TRAFFIC, "read", HEALTH, "read"]
    assert (live.dirty, live.used) == (False, True)


def test_where_that_was_not_enough_every_host_is_restored(live: LiveSandbox, machine: Machine, use: Use) -> None:
    del machine.changes[START]
    use("stop")
    machine.reads["rows"] = "8"  # what comes only after the measurement
    assert use("health") == [
        *("restore app: units", "read", "restore app: ''", "restore db: rows", "read"),
        *(*TRAFFIC, "read", HEALTH, "read"),
    ]


def test_what_was_restored_before_counts_for_nothing(machine: Machine, use: Use) -> None:
    machine.changes[START] = {}
    use("stop")
    machine.changes[HEALTH] = {"rows": "8"}
    use("health")
    assert use("health")[:2] == ["restore db: rows", "read"]
    machine.broken = {HEALTH}
    with pytest.raises(SetupError):
        use("health")
    machine.broken = set()
    machine.take_log()
    assert use("health")[:3] == NEW_HOSTS


def test_what_reads_as_it_was_laid_out_is_restored_too(machine: Machine, use: Use) -> None:
    machine.reads["rows"] = "8"  # it moved by itself, before anything was used
    machine.changes[HEALTH] = {"rows": "7"}
    use("health")
    assert use("health")[:3] == ["restore db: rows", "read", "traffic"]


def test_what_no_restore_brings_back_takes_new_hosts(live: LiveSandbox, machine: Machine, use: Use) -> None:
    del machine.changes[START]
    machine.kept = {"units"}
    use("stop")
    assert use("health") == [
        *("restore app: units", "read", "restore app: units", "restore db: ''", "read"),
        *(*NEW_HOSTS, *TRAFFIC, "read", HEALTH, "read"),
    ]
    assert not live.dirty


def test_a_restore_that_fails_takes_new_hosts_and_says_why(
    machine: Machine, use: Use, caplog: pytest.LogCaptureFixture
) -> None:
    del machine.changes[START]
    machine.broken = {"restore app: units"}
    use("stop")
    assert use("health")[:4] == ["restore app: units", *NEW_HOSTS]
    assert "as its restore failed: drillbook: restore app: units is broken" in caplog.text


def test_a_process_that_had_to_be_killed_takes_new_hosts_at_once(live: LiveSandbox, machine: Machine, use: Use) -> None:
    machine.leaving = {HEALTH}
    use("health")
    assert live.dirty
    assert use("health")[:3] == NEW_HOSTS


def test_what_destroys_something_gets_new_hosts_unless_nothing_ran_on_them(
    live: LiveSandbox, machine: Machine, use: Use
) -> None:
    assert use("wipe") == ["traffic", "read", "wipe", "read"]
    assert use("wipe") == [*NEW_HOSTS, "traffic", "read", "wipe", "read"]
    use("health")
    assert not live.dirty
    assert use("wipe")[:3] == NEW_HOSTS
    machine.changes["wipe"] = {}
    use("wipe")
    assert not live.dirty
    assert use("wipe")[:3] == NEW_HOSTS


def test_a_paste_begins_in_the_known_state_too(machine: Machine, use: Use) -> None:
    machine.green = True
    machine.changes["count orders"] = {"units": "down"}
    ran = [*TRAFFIC, "read", "count orders", "read"]
    assert use("orders") == ran  # it is red, so it is not pasted
    machine.changes["count orders"] = {}
    restored = ["restore app: units", "read"]
    assert use("orders") == [*restored, *ran, "count orders", "read"]
    assert use("wipe").count("new hosts") == 2


def test_a_control_stays_applied_for_all_who_ask_for_it(live: LiveSandbox, use: Use) -> None:
    assert use("ports", control=True) == [*TRAFFIC, "read", "stop all", "count ports"]
    assert (live.dirty, live.control) == (True, "stopped")
    assert use("health", control=True) == [HEALTH]


def test_another_control_is_applied_in_the_known_state(live: LiveSandbox, use: Use) -> None:
    use("ports", control=True)
    assert use("orders", control=True) == [
        *("read", "restore app: units", "read"),
        *(*TRAFFIC, "read", "empty all", "count orders"),
    ]
    assert live.control == "emptied"


def test_a_snippet_that_follows_a_control_finds_the_known_state(live: LiveSandbox, use: Use) -> None:
    use("ports", control=True)
    assert use("health") == ["read", "restore app: units", "read", *TRAFFIC, "read", HEALTH, "read"]
    assert (live.dirty, live.control) == (False, None)


def test_what_passes_under_a_control_that_others_had_is_tried_again(machine: Machine, use: Use) -> None:
    use("ports", control=True)
    machine.green = True
    again = ["read", "restore app: units", "read", *TRAFFIC, "read", "stop all", HEALTH]
    assert use("health", control=True) == [HEALTH, *again]


@pytest.mark.parametrize("way", ["leaving", "late"])
def test_a_control_under_which_something_went_on_is_applied_anew(
    live: LiveSandbox, machine: Machine, use: Use, way: str
) -> None:
    setattr(machine, way, {"count ports"})
    use("ports", control=True)
    assert (live.dirty, live.control) == (True, None)
    again = ["read", "restore app: units", "read", *TRAFFIC, "read", "stop all", HEALTH]
    assert use("health", control=True) == again


@pytest.mark.parametrize("at", ["traffic", "read", HEALTH])
def test_what_breaks_off_leaves_it_dirty(live: LiveSandbox, machine: Machine, use: Use, at: str) -> None:
    machine.broken = {at}
    with pytest.raises(SetupError):
        use("health")
    assert (live.dirty, live.used) == (True, True)
    machine.broken = set()
    machine.take_log()
    assert use("health")[:3] == NEW_HOSTS
    assert not live.dirty


def test_what_breaks_off_after_others_is_restored_to_what_they_found(
    live: LiveSandbox, machine: Machine, use: Use
) -> None:
    use("orders")
    machine.broken = {START}
    with pytest.raises(SetupError):
        use("stop")
    assert live.dirty
    machine.take_log()
    assert use("orders")[:3] == ["restore app: units", "restore db: ''", "read"]


def test_new_hosts_that_cannot_be_made_leave_it_dirty(live: LiveSandbox, machine: Machine, use: Use) -> None:
    use("health")
    assert not live.dirty
    machine.broken = {"new hosts"}
    with pytest.raises(SetupError):
        use("wipe")
    assert live.dirty
    machine.broken = set()
    machine.take_log()
    assert use("health")[:3] == NEW_HOSTS


def test_a_control_that_others_had_is_applied_anew_once_something_went_on_under_it(
    live: LiveSandbox, machine: Machine, use: Use
) -> None:
    use("ports", control=True)
    machine.leaving = {HEALTH}
    assert use("health", control=True) == [HEALTH]
    assert (live.dirty, live.control) == (True, None)


@pytest.mark.parametrize("at", ["traffic", "read", "stop all", "count ports"])
def test_a_control_that_breaks_off_is_applied_anew(live: LiveSandbox, machine: Machine, use: Use, at: str) -> None:
    machine.broken = {at}
    with pytest.raises(SetupError):
        use("ports", control=True)
    assert (live.dirty, live.control) == (True, None)
    machine.broken = set()
    machine.take_log()
    assert use("ports", control=True)[-2:] == ["stop all", "count ports"]
    assert live.control == "stopped"


def test_a_block_that_says_nothing_of_its_end_leaves_it_dirty(live: LiveSandbox) -> None:
    with live.changing():
        assert live.dirty
    assert (live.dirty, live.used) == (True, True)


def interrupt_after(do: Callable[[], None]) -> None:
    do()
    raise KeyboardInterrupt


def test_an_error_after_all_was_settled_leaves_it_dirty(live: LiveSandbox) -> None:
    with pytest.raises(KeyboardInterrupt), live.changing():
        interrupt_after(lambda: live.settle(LAID_OUT, LAID_OUT, left=False))
    assert live.dirty


def test_a_control_of_which_the_block_says_nothing_is_applied_anew(
    live: LiveSandbox, machine: Machine, use: Use
) -> None:
    with live.under_control("stopped"):
        pass
    assert (live.dirty, live.control) == (True, None)
    machine.take_log()
    assert "stop all" in use("ports", control=True)


def test_an_error_under_a_control_that_was_kept_has_it_applied_anew(live: LiveSandbox) -> None:
    with pytest.raises(KeyboardInterrupt), live.under_control("stopped"):
        interrupt_after(lambda: live.keep_control("stopped"))
    assert (live.dirty, live.control) == (True, None)


@pytest.fixture
def standing(project: Project, machine: Machine) -> Path:
    """The marker of a sandbox that was left standing."""
    lease = take_lease(project.root, "shop", "production")
    lease.marker.touch()  # it says nothing, so the sandbox is made anew
    lease.release()
    with open_sandbox(project, "shop", "production"):
        pass
    machine.take_log()
    return lease.marker


def test_one_that_stands_is_taken_as_it_is_and_left_so(project: Project, machine: Machine, standing: Path) -> None:
    with open_sandbox(project, "shop", "production") as live:
        assert not standing.exists()
        assert (live.dirty, live.used) == (False, False)
    assert standing.exists()
    assert machine.log == []


def test_one_that_stands_is_brought_back_before_it_is_left_so(
    project: Project, machine: Machine, standing: Path
) -> None:
    with open_sandbox(project, "shop", "production") as live, live.changing():
        before = live.measure()
        machine.reads["units"] = "down"
        live.settle(before, live.measure(), left=False)
        machine.take_log()
    assert machine.log == ["restore app: units", "read"]
    assert standing.exists()


def test_one_that_stands_is_removed_if_whoever_has_it_fails(project: Project, machine: Machine, standing: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_sandbox(project, "shop", "production"):
        raise KeyboardInterrupt
    assert machine.log == ["removed"]
    assert not standing.exists()


def test_one_that_stands_is_removed_if_it_cannot_be_brought_back(
    project: Project, machine: Machine, standing: Path
) -> None:
    machine.broken = {"new hosts"}
    with pytest.raises(SetupError), open_sandbox(project, "shop", "production") as live, live.changing():
        pass
    assert machine.log[-2:] == ["new hosts", "removed"]
    assert not standing.exists()


def test_one_that_was_made_is_removed_though_it_is_clean(project: Project, machine: Machine) -> None:
    with open_sandbox(project, "shop", "production") as live:
        assert not live.dirty
    assert machine.log[-1] == "removed"
    assert not live.lease.marker.exists()
