"""When a sandbox is used as it is, restored, or made anew: what is known of its state after each use.

The hosts here hold what their probes read, and nothing else; tests/systems/sandbox/test_restore.py has real ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import SetupError
from drillbook.core.model import Ending, sha256
from drillbook.project.project import Project, load_project, render
from drillbook.sandbox.hosts import Hosts
from drillbook.sandbox.lease import take_lease
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from drillbook.sandbox.protocol import Conversation, Outcome, PasteStep, Typed
from drillbook.verify.verdict import run_control, run_in

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
SANDBOX = """
system: shop
shares: [_host]
hosts:
  app: {service: app}
  db: {service: db}
start: [{host: app, command: lay-out}]
restore: [{host: app, command: restore}, {host: db, command: restore}]
traffic: [{host: app, command: traffic}]
requests: [{host: app, command: requests}]
probes:
  units: {host: app, command: systemctl list-units}
  starts: {host: app, command: uptime, transient: true}
  rows: {host: db, command: count}
controls:
  stopped: {host: app, meaning: the shop is stopped, command: stop all}
  emptied: {host: db, meaning: the database is empty, command: empty all}
stand_ins: {shop: answers its health route only}
"""
SNIPPET = """# /// snippet
# title = "A snippet"
# host = "app"
# kind = "shell"
# {}
#
# [[expect]]
# contains = "healthy"
# ///
{}
"""
SNIPPETS = {
    "orders": SNIPPET.format('risk = "read-only"\n# control = "emptied"', "count orders"),
    "ports": SNIPPET.format('risk = "read-only"\n# control = "stopped"', "count ports"),
    "wipe": SNIPPET.format('risk = "destructive"\n# changes = ["rows"]\n# undo = { none = "rows are gone" }', "wipe"),
}
LAID_OUT = {"units": "up", "starts": "1", "rows": "9"}
"""What the probes read on new hosts."""
RESTORED = {"app": ("units",), "db": ("rows",)}
"""Which of them `restore` brings back, by host."""
STOP, START, HEALTH = "systemctl stop shop", "systemctl start shop", "curl -fsS http://localhost:8000/health"
CHANGES = {
    STOP: {"units": "down"},
    START: {"units": "up"},
    "wipe": {"rows": "0"},
    "stop all": {"units": "down"},
    "empty all": {"rows": "0"},
}
NEW_HOSTS = ["new hosts", "lay-out", "read"]
TRAFFIC = ["traffic", "requests"]
"""With requests, where something is only read."""
TRAPS = "".join(f"trap -- '{{ __drillbook_{name} \n" for name in ("step", "error", "return"))
Use = Callable[..., list[str]]


class Machine:
    """What the probes of all hosts read, how each command changes that, and what was done, in order."""

    def __init__(self) -> None:
        self.reads = dict(LAID_OUT)
        self.changes = dict(CHANGES)
        self.broken: set[str] = set()
        """Commands in which the sandbox fails."""
        self.kept: set[str] = set()
        """Probes that `restore` does not bring back."""
        self.leaving: set[str] = set()
        """Commands that leave a process behind."""
        self.late: set[str] = set()
        """Commands that do not end in time."""
        self.green = False
        """Whether each snippet does what is expected."""
        self.log: list[str] = []

    def take_log(self) -> list[str]:
        """Return what was done since this was asked last."""
        taken, self.log = self.log, []
        return taken

    def do(self, role: str, text: str) -> str:
        """Do what a command does; return its name."""
        setting, _, name = text.strip().rpartition("; ")
        if name == "restore":
            name = f"restore {role}: {setting.partition('=')[2]}"
            self.reads |= {probe: LAID_OUT[probe] for probe in RESTORED[role] if probe not in self.kept}
        self.log.append(name)
        if name in self.broken:
            raise SetupError(f"{name} is broken")
        self.reads |= self.changes.get(name, {})
        return name

    def make_hosts(self, _: str) -> None:
        """Make all hosts anew."""
        self.log.append("new hosts")
        self.reads = dict(LAID_OUT)
        if "new hosts" in self.broken:
            raise SetupError("no hosts can be made")


class FakeSession:
    """A session into one of its hosts."""

    def __init__(self, machine: Machine, role: str) -> None:
        self.machine = machine
        self.role = role

    def command(self, command: str, timeout: float) -> Outcome:
        return self._do(command)

    def run(self, text: str, **_: Any) -> Outcome:
        return self._do(text)

    def paste(self, steps: Sequence[PasteStep], **_: Any) -> Conversation:
        (outcome,) = [self._do(step.text.decode()) for step in steps]
        typed = Typed(ended=Ending.PROMPT, waiting="", output=b"", returncode=0, seconds=0.0, history="", sha256="")
        return Conversation(typed=(typed,), leftovers=outcome.leftovers, capped=False)

    def probe(self, commands: Mapping[str, str], timeout: float) -> dict[str, str]:
        if self.role == "app":
            self.machine.do(self.role, "read")
        return {name: self.machine.reads[name] for name in commands}

    def close(self) -> None:
        pass

    def _do(self, text: str) -> Outcome:
        name = self.machine.do(self.role, text)
        return Outcome(
            returncode=0,
            stdout="healthy on 8000\n" if self.machine.green and name not in (STOP, START) else "",
            stderr="",
            seconds=0.0,
            timed_out=name in self.machine.late,
            capped=False,
            leftovers=("1 sleep",) if name in self.machine.leaving else (),
            sha256=sha256(text),
            trace=f"B\n{TRAPS}L 1 1\nE\n" if self.machine.green else "",
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
