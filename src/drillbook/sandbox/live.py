"""A sandbox's life: up from a clone of what is prepared, sealed, laid out, measured, reset, gone."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any

from drillbook.core.errors import DrillbookError, SetupError
from drillbook.core.interrupts import hold_interrupts
from drillbook.project.project import Project, sandbox_variables
from drillbook.project.sandbox_model import Sandbox
from drillbook.sandbox.accounting import Account
from drillbook.sandbox.clones import Clones
from drillbook.sandbox.docker import (
    NUMBER_LABEL,
    PROJECT_LABEL,
    SERVICE_LABEL,
    docker,
    remove_project,
    remove_services,
    try_docker,
)
from drillbook.sandbox.lease import Slot, is_too_old
from drillbook.sandbox.seal import canary_address, check_seal, start_canary
from drillbook.sandbox.session import Session
from drillbook.sandbox.volumes import (
    CACHE_LOCK,
    compose_args,
    image_name,
    machine_lock,
    prepare,
    sandbox_environ,
)

UP_TIMEOUT = 300.0
START_TIMEOUT = 300.0
"""Seconds for what a sandbox's scripts wait for; they wait for events, and a busy machine takes its time."""
PROBE_TIMEOUT = 60.0
MOVED = "DRILLBOOK_MOVED"
"""Tells a command under `restore` which probes of its host read otherwise."""
FRESH = 150.0
"""Seconds for which traffic counts as fresh: no page asks for less than the last five minutes of it."""


class LiveSandbox:
    """A sandbox that runs and plays one environment; use `open_sandbox` to get one.

    `dirty` says that its state may differ from the known one; whoever changes something sets it, `reset` clears it.
    `used` says that something ran in it since then, `control` which control is applied.
    """

    def __init__(self, project: Project, sandbox: Sandbox, environment: str, slot: Slot) -> None:
        self.sandbox = sandbox
        self.environment = environment
        self.slot = slot
        self.account = Account(sandbox.system)
        self.dirty = self.used = False
        self.control: str | None = None
        self.seconds: dict[str, float] = {}
        """How long the last start took, by part."""
        self.versions: dict[str, str] = {}
        """Versions of what the sandbox is made of, by package."""
        self._variables = sandbox_variables(project, sandbox, environment)
        self._laid_out = 0.0
        self._known: dict[str, str] | None = None
        self._sound: dict[str, str] | None = None
        """What the probes read before the change that is to be brought back."""
        self._first: dict[str, str] | None = None
        """What they read when the sandbox had been laid out."""
        self._touched: set[str] = set()
        self._traffic_at = self._requests_at = 0.0
        self._canary: Future[str] | None = None
        self._pool = ThreadPoolExecutor(len(sandbox.hosts) + 2)
        self.clones = Clones(sandbox, slot.name, self._pool)
        self._sessions: dict[str, Session] = {}
        self.containers: dict[str, str] = {}

    @property
    def environ(self) -> dict[str, str]:
        """The variables that compose.yaml takes."""
        return sandbox_environ(self.sandbox, self._variables, self.slot.name, self.clones.number)

    def identity(self) -> dict[str, object]:
        """Return what a sandbox that was left standing is known by."""
        known = {"definition": self.sandbox.definition, "variables": self._variables}
        return {**known, "number": self.clones.number, "versions": self.versions, "laid_out": self._laid_out}

    def resume(self, identity: dict[str, Any]) -> bool:
        """Take over the sandbox that was left standing under this identity, if it is the one we would make."""
        if (identity["definition"], identity["variables"]) != (self.sandbox.definition, self._variables):
            return False
        if is_too_old(identity):
            return False
        self.clones.number, self.versions = identity["number"], identity["versions"]
        self._laid_out = identity["laid_out"]
        return True

    def session(self, role: str) -> Session:
        """Return the session held open into a host."""
        if role not in self._sessions:
            raise SetupError(f"no session is open into host {role} of {self.slot.name}")
        return self._sessions[role]

    def find_command(self, kind: str) -> str:
        """Return what reads a snippet of this kind; nothing for shell text, which bash runs by itself."""
        return self.sandbox.kinds[kind].command if kind in self.sandbox.kinds else ""

    def start(self) -> None:
        """Bring the sandbox up in its known state, sealed; whatever stood in its place goes first."""
        # Nothing may be pruned between a look at the cache and the container that uses it.
        with machine_lock(CACHE_LOCK, shared=True):
            with self.account.spend("preparing"):
                prepare(self.sandbox, self.environ)
            with self.account.spend("lay-out"):
                self.clones.drop_spare()
                self.close_sessions()
                remove_project(self.slot.name)
                image = image_name(self.sandbox, next(iter(self.sandbox.hosts.values())))
                with hold_interrupts():
                    self._canary = self._pool.submit(start_canary, self.slot.name, image)
                self._start(self.clones.make)

    def settle(self, before: dict[str, str], after: dict[str, str], *, left: bool) -> None:
        """Take note of what the probes read before and after a use; `left`: processes of it had to be killed."""
        self.dirty = left or self.sandbox.keep_lasting(before) != self.sandbox.keep_lasting(after)
        self._sound = None if left else before
        self._touched |= self.sandbox.find_moved(before, after)
        if before != after:
            self._traffic_at = self._requests_at = 0.0

    def bring_back(self) -> None:
        """Bring the sandbox back to its known state: by `restore` where the probes show that it will do, else anew.

        First the hosts on which a probe has moved since they were in that state; if that was not all, every host.
        """
        sound, self._sound = self._sound, None
        hosts = frozenset(self.sandbox.hosts)
        if self.sandbox.restore and sound is not None:
            with suppress(SetupError):  # it is broken beyond that
                for some in dict.fromkeys((frozenset(self._touched) or hosts, hosts)):
                    if self._restore(some, sound):
                        return
        self.reset()

    def _restore(self, hosts: frozenset[str], sound: dict[str, str]) -> bool:
        """Run what these hosts have under `restore`; tell whether all probes then read as in the known state."""
        moved = self._find_moved(sound)
        with self.account.spend("restore"):
            for role, command in self.sandbox.restore:
                if role in hosts:
                    names = " ".join(name for name in moved if self.sandbox.probes[name].host == role)
                    self._must(role, f"export {MOVED}={shlex.quote(names)}; {command}", START_TIMEOUT)
        self._known = None
        if self._find_moved(sound):
            return False
        self.dirty, self.control = False, None
        self._traffic_at = self._requests_at = 0.0
        self._touched.clear()
        return True

    def _find_moved(self, sound: dict[str, str]) -> list[str]:
        """Return the probes that read neither as before the change nor as when the sandbox was laid out."""
        first = self._first or sound
        lasting = self.sandbox.keep_lasting(self.recall())
        return sorted(name for name, text in lasting.items() if text not in (sound[name], first[name]))

    def reset(self) -> None:
        """Bring the sandbox back to its known state: the hosts are made anew, from a fresh clone; the networks stay.

        The clone for the next reset is made meanwhile, so that only the first one waits for it.
        """
        with self.account.spend("reset"):
            self.close_sessions()
            spare = self.clones.make_spare()
            spare.result()
            with machine_lock(CACHE_LOCK, shared=True):
                remove_services(self.slot.name)
                self.clones.use_spare()
                self._start(spare.result)
            self.clones.remove(self.clones.number - 1)
            self.clones.make_spare()

    def _start(self, provide_volumes: Callable[[], None]) -> None:
        began = time.monotonic()
        self._known = self._sound = None
        self._touched.clear()
        provide_volumes()
        cloned = time.monotonic()
        self._compose("up", "--detach", "--wait", "--no-build", timeout=UP_TIMEOUT)
        if self._canary:
            self._canary.result()
        up = time.monotonic()
        self.attach()
        for role, command in self.sandbox.start:
            self._must(role, command, START_TIMEOUT)
        self._laid_out = time.time()
        self._first = self.measure()
        self.versions = self.versions or self._read_versions()
        self.seconds = {"clone": cloned - began, "up": up - cloned, "start": time.monotonic() - up}
        self.dirty = self.used = False
        self.control = None

    def attach(self) -> None:
        """Open a session into each host of a sandbox that runs; keep none if the sandbox is not sealed."""
        self.close_sessions()
        # The canary shows that it is alive while the sessions are opened.
        canary = self._pool.submit(self._find_canary)
        running = self._find_running()
        opened: dict[str, Future[Session]] = {}
        try:
            for role, host in self.sandbox.hosts.items():
                if host.service not in running:
                    raise SetupError(f"host {role} (service {host.service}) does not run in {self.slot.name}")
                self.containers[role] = running[host.service]
                command = ("docker", "exec", "--interactive", self.containers[role], "python3")
                opened[role] = self._pool.submit(Session.start, command)
            wait(opened.values())
            self._sessions |= {role: one.result() for role, one in opened.items() if not one.exception()}
            for one in opened.values():
                one.result()
            check_seal(self._sessions, self.containers, canary.result())
        except BaseException:
            self.close_sessions()
            raise

    def check_seal(self) -> None:
        """Raise SealError unless no way leads out of any host."""
        check_seal(self._sessions, self.containers, self._find_canary())

    def _find_canary(self) -> str:
        return canary_address(f"{self.slot.name}-canary")

    def is_running(self) -> bool:
        """Tell whether every host of this sandbox runs."""
        with suppress(DrillbookError):
            return {host.service for host in self.sandbox.hosts.values()} <= self._find_running().keys()
        return False

    def _find_running(self) -> dict[str, str]:
        """Return the containers that run, by service; Compose would tell the same, ten times as slowly."""
        template = f'{{{{.Label "{SERVICE_LABEL}"}}}} {{{{.ID}}}}'
        ours = f"label={PROJECT_LABEL}={self.slot.name}"
        # The canary has the labels of the image that it is made of, the service's too, but no number.
        numbered = f"label={NUMBER_LABEL}"
        listed = docker("ps", "--no-trunc", "--format", template, "--filter", ours, "--filter", numbered)
        return dict(words for line in listed.splitlines() if len(words := line.split()) == 2)

    def traffic(self, *, reading: bool = True) -> None:
        """Let the traffic generator lay fresh traffic, and end; not when it did so just now.

        `reading`: something is to be read, so requests are laid as well, which only a reader can tell.
        """
        now = time.monotonic()
        stale = self._known is None or now - self._traffic_at >= FRESH
        asked = reading and bool(self.sandbox.requests) and (self._known is None or now - self._requests_at >= FRESH)
        if not stale and not asked:
            return
        self._known = None
        self._traffic_at = now if stale else self._traffic_at
        self._requests_at = now if asked else self._requests_at
        with self.account.spend("traffic"):
            for role, command in (*(self.sandbox.traffic if stale else ()), *(self.sandbox.requests if asked else ())):
                self._must(role, command, START_TIMEOUT)

    def measure(self) -> dict[str, str]:
        """Return the output of every probe, by its name."""

        def read(role: str) -> dict[str, str]:
            outputs = self._sessions[role].probe(self.sandbox.find_commands(role), timeout=PROBE_TIMEOUT)
            return self.sandbox.split_outputs(role, outputs)

        found: dict[str, str] = {}
        with self.account.spend("measuring"):
            for part in self._pool.map(read, self.sandbox.hosts):
                found |= part
        self._known = found
        return found

    def recall(self) -> dict[str, str]:
        """Return the output of every probe as it was read last, if nothing was done since then; else read it.

        What a snippet sets going, and what takes effect only after it was measured, so falls to the next one.
        """
        return self.measure() if self._known is None else self._known

    def apply_control(self, name: str) -> None:
        """Stop or empty what a control names."""
        control = self.sandbox.controls[name]
        self._sound = self.recall()
        self._touched.add(control.host)
        self._known = None
        self.dirty = True
        self.control = name
        with self.account.spend("control"):
            self._must(control.host, control.command, START_TIMEOUT)

    def _read_versions(self) -> dict[str, str]:
        lines: list[str] = []
        for role, command in self.sandbox.versions:
            lines += self._must(role, command, START_TIMEOUT).splitlines()
        return dict(line.split(None, 1) for line in lines if len(line.split(None, 1)) == 2)

    def logs(self) -> str:
        """Return what the sandbox's services logged, for a failure's report; never raises."""
        parts = []
        for role, command in self.sandbox.logs:
            with suppress(DrillbookError):
                result = self._sessions[role].command(command, timeout=PROBE_TIMEOUT)
                parts.append(f"{role}$ {command}\n{result.stdout}{result.stderr}")
        with suppress(DrillbookError):
            parts.append(self._compose("logs", "--tail", "20", "--no-color"))
        return "\n".join(parts)

    def close_sessions(self) -> None:
        """Close the sessions; the sandbox goes on running."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def remove(self) -> None:
        """Take the sandbox away: containers, networks, volumes."""
        with self.account.spend("teardown"):
            self.close_sessions()
            # What is still being made in another thread would be left behind.
            wait([self._canary] if self._canary else [])
            self.clones.drop_spare()
            remove_project(self.slot.name)

    def _must(self, role: str, command: str, timeout: float) -> str:
        result = self._sessions[role].command(command, timeout=timeout)
        if result.returncode:
            tail = "\n".join((result.stdout + result.stderr).strip().splitlines()[-20:])
            raise SetupError(f"`{command}` on host {role} ended with exit code {result.returncode}:\n{tail}")
        return str(result.stdout)

    def _compose(self, *args: str, timeout: float = 60) -> str:
        args = (*compose_args(self.sandbox, self.slot.name), *args)
        code, out, err = try_docker(*args, timeout=timeout, environ=self.environ)
        if code:
            logs = try_docker(*compose_args(self.sandbox, self.slot.name), "logs", "--tail", "30", environ=self.environ)
            raise SetupError(f"`docker {' '.join(args)}` ended with exit code {code}:\n{err}\n{logs[1]}")
        return out
