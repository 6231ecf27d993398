"""Hosts that hold what their probes read, and nothing else: what a sandbox's state is judged by, without Docker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from drillbook.core.errors import SetupError
from drillbook.core.model import Ending, sha256
from drillbook.sandbox.protocol import Conversation, Outcome, PasteStep, Typed

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
