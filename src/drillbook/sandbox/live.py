"""A sandbox's life: up from a clone of what is prepared, sealed, laid out, measured, reset, gone."""

from __future__ import annotations

import logging
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import replace

from drillbook.core.errors import DrillbookError, SetupError
from drillbook.core.interrupts import hold_interrupts
from drillbook.project.project import Project, sandbox_variables
from drillbook.project.sandbox_model import Sandbox
from drillbook.sandbox.accounting import Account
from drillbook.sandbox.clones import Clones
from drillbook.sandbox.condition import Condition
from drillbook.sandbox.docker import remove_project, remove_services
from drillbook.sandbox.hosts import Hosts
from drillbook.sandbox.lease import Lease
from drillbook.sandbox.seal import start_canary
from drillbook.sandbox.session import Session
from drillbook.sandbox.standing import Standing
from drillbook.sandbox.volumes import CACHE_LOCK, image_name, machine_lock, prepare, run_compose, sandbox_environ

_log = logging.getLogger(__name__)
UP_TIMEOUT = 300.0
MOVED = "DRILLBOOK_MOVED"
"""Tells a command under `restore` which probes of its host read otherwise."""
FRESH = 150.0
"""Seconds for which traffic counts as fresh: no page asks for less than the last five minutes of it."""


class LiveSandbox:
    """A sandbox that runs and plays one environment; use `open_sandbox` to get one.

    Whoever runs something in it says so with `changing` or `under_control`; how such a block ends decides what is
    known of the state, and so whether the next one restores it or gets new hosts.
    """

    def __init__(self, project: Project, sandbox: Sandbox, environment: str, lease: Lease) -> None:
        self.sandbox = sandbox
        self.environment = environment
        self.lease = lease
        self.name = lease.name
        self.account = Account(sandbox.system)
        self.seconds: dict[str, float] = {}
        """How long the last start took, by part."""
        self.versions: dict[str, str] = {}
        """Versions of what the sandbox is made of, by package."""
        self.laid_out = 0.0
        """When the state was laid out, in seconds since the epoch."""
        self._condition = Condition()
        self._variables = sandbox_variables(project, sandbox, environment)
        self._known: dict[str, str] | None = None
        self._traffic_at = self._requests_at = 0.0
        self._canary: Future[str] | None = None
        self._pool = ThreadPoolExecutor(len(sandbox.hosts) + 2)
        self.clones = Clones(sandbox, self.name, self._pool)
        self.hosts = Hosts(sandbox, self.name, self._pool)

    @property
    def dirty(self) -> bool:
        """Whether the state may differ from the known one."""
        return self._condition.dirty

    @property
    def used(self) -> bool:
        """Whether something ran since the hosts were made."""
        return self._condition.used

    @property
    def control(self) -> str | None:
        """The control that is applied."""
        return self._condition.control

    @property
    def environ(self) -> dict[str, str]:
        """The variables that compose.yaml takes."""
        return sandbox_environ(self.sandbox, self._variables, self.name, self.clones.number)

    def identity(self) -> Standing:
        """Return what the sandbox is known by when it is left standing."""
        return Standing(
            definition=self.sandbox.definition,
            variables=self._variables,
            number=self.clones.number,
            versions=self.versions,
            laid_out=self.laid_out,
        )

    def resume(self, standing: Standing) -> bool:
        """Take over the sandbox that was left standing, if it is the one we would make."""
        if (standing.definition, standing.variables) != (self.sandbox.definition, self._variables):
            return False
        if standing.is_too_old:
            return False
        self.clones.number, self.laid_out = standing.number, standing.laid_out
        self.versions = dict(standing.versions)
        return True

    def session(self, role: str) -> Session:
        """Return the session held open into a host."""
        return self.hosts.session(role)

    def find_command(self, kind: str) -> str:
        """Return what reads a snippet of this kind; nothing for shell text, which bash runs by itself."""
        return self.sandbox.kinds[kind].command if kind in self.sandbox.kinds else ""

    def start(self) -> None:
        """Bring the sandbox up in its known state, sealed; whatever stood in its place goes first."""
        self._condition = Condition(dirty=True)
        # Nothing may be pruned between a look at the cache and the container that uses it.
        with machine_lock(CACHE_LOCK, shared=True):
            with self.account.spend("preparing"):
                prepare(self.sandbox, self.environ)
            with self.account.spend("lay-out"):
                self.clones.drop_spare()
                self.hosts.close()
                remove_project(self.name)
                image = image_name(self.sandbox, next(iter(self.sandbox.hosts.values())))
                with hold_interrupts():
                    self._canary = self._pool.submit(start_canary, self.name, image)
                self._start(self.clones.make)

    @contextmanager
    def changing(self, *, anew: bool = False, reading: bool = True) -> Iterator[None]:
        """Bring the sandbox into its known state, with traffic, for a block that may change it.

        `anew`: on hosts on which nothing has run. `reading`: as for `traffic`. The block says with `settle` what came
        of it: until then, and after an error, the sandbox is dirty.
        """
        self._begin_use(anew=anew, reading=reading)
        with self._distrust_after_error():
            yield

    def settle(self, before: Mapping[str, str], after: Mapping[str, str], *, left: bool) -> None:
        """Take note of what the probes read before and after a use; `left`: processes of it had to be killed."""
        self._condition = self._condition.settle(self.sandbox, before, after, left=left)
        if before != after:
            self._traffic_at = self._requests_at = 0.0

    @contextmanager
    def under_control(self, name: str, *, anew: bool = False) -> Iterator[None]:
        """Have a control applied for a block; `anew`: even if it is, in the known state.

        The block says with `keep_control` that the next one may take it as it is: else, and after an error, it is
        applied anew.
        """
        if anew or self.control != name:
            self._begin_use()
            control = self.sandbox.controls[name]
            self._condition = self._condition.begin_control(control.host, self.recall())
            self._known = None
            with self.account.spend("control"):
                self.hosts.run(control.host, control.command)
        self._condition = replace(self._condition, control=None)
        with self._distrust_after_error():
            yield

    def keep_control(self, name: str) -> None:
        """Take note that a control is still as it was applied."""
        self._condition = replace(self._condition, control=name)

    def _begin_use(self, *, anew: bool = False, reading: bool = True) -> None:
        if anew and self.used:
            self.reset()
        elif self.dirty:
            self.bring_back()
        self._condition = self._condition.begin_use()
        self.traffic(reading=reading)

    @contextmanager
    def _distrust_after_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._condition = replace(self._condition, dirty=True, control=None)
            raise

    def bring_back(self) -> None:
        """Bring the sandbox back to its known state: by `restore` where the probes show that it will do, else anew.

        First the hosts on which a probe has moved since they were in that state; if that was not all, every host.
        """
        sound = self._condition.sound
        self._condition = replace(self._condition, sound=None)
        hosts = frozenset(self.sandbox.hosts)
        if self.sandbox.restore and sound is not None:
            try:
                for some in dict.fromkeys((self._condition.touched or hosts, hosts)):
                    if self._restore(some, sound):
                        return
            except SetupError as error:  # it is broken beyond that
                _log.warning("%s gets new hosts, as its restore failed: %s", self.lease.name, error)
        self.reset()

    def _restore(self, hosts: frozenset[str], sound: Mapping[str, str]) -> bool:
        """Run what these hosts have under `restore`; tell whether all probes then read as in the known state."""
        moved = self._find_moved(sound)
        with self.account.spend("restore"):
            for role, command in self.sandbox.restore:
                if role in hosts:
                    names = " ".join(name for name in moved if self.sandbox.probes[name].host == role)
                    self.hosts.run(role, f"export {MOVED}={shlex.quote(names)}; {command}")
        self._known = None
        if self._find_moved(sound):
            return False
        self._condition = self._condition.restore()
        self._traffic_at = self._requests_at = 0.0
        return True

    def _find_moved(self, sound: Mapping[str, str]) -> list[str]:
        """Return the probes that read neither as before the change nor as when the sandbox was laid out."""
        return self._condition.find_moved(self.sandbox.keep_lasting(self.recall()), sound)

    def reset(self) -> None:
        """Bring the sandbox back to its known state: the hosts are made anew, from a fresh clone; the networks stay.

        The clone for the next reset is made meanwhile, so that only the first one waits for it.
        """
        self._condition = Condition(dirty=True)
        with self.account.spend("reset"):
            self.hosts.close()
            spare = self.clones.make_spare()
            spare.result()
            with machine_lock(CACHE_LOCK, shared=True):
                remove_services(self.name)
                self.clones.use_spare()
                self._start(spare.result)
            self.clones.remove(self.clones.number - 1)
            self.clones.make_spare()

    def _start(self, provide_volumes: Callable[[], None]) -> None:
        began = time.monotonic()
        self._known = None
        provide_volumes()
        cloned = time.monotonic()
        up_args = ("up", "--detach", "--wait", "--no-build")
        run_compose(self.sandbox, self.name, *up_args, environ=self.environ, timeout=UP_TIMEOUT)
        if self._canary:
            self._canary.result()
        up = time.monotonic()
        self.hosts.attach()
        for role, command in self.sandbox.start:
            self.hosts.run(role, command)
        self.laid_out = time.time()
        first = self.measure()
        self.versions = self.versions or self.hosts.read_versions()
        self.seconds = {"clone": cloned - began, "up": up - cloned, "start": time.monotonic() - up}
        self._condition = Condition(first=first)

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
                self.hosts.run(role, command)

    def measure(self) -> dict[str, str]:
        """Return the output of every probe, by its name."""
        with self.account.spend("measuring"):
            self._known = self.hosts.read_probes()
        return self._known

    def recall(self) -> dict[str, str]:
        """Return the output of every probe as it was read last, if nothing was done since then; else read it.

        What a snippet sets going, and what takes effect only after it was measured, so falls to the next one.
        """
        return self.measure() if self._known is None else self._known

    def logs(self) -> str:
        """Return what the sandbox's services logged, for a failure's report; never raises."""
        parts = self.hosts.read_logs()
        with suppress(DrillbookError):
            tail = ("logs", "--tail", "20", "--no-color")
            parts.append(run_compose(self.sandbox, self.name, *tail, environ=self.environ))
        return "\n".join(parts)

    def remove(self) -> None:
        """Take the sandbox away: containers, networks, volumes."""
        with self.account.spend("teardown"):
            self.hosts.close()
            # What is still being made in another thread would be left behind.
            wait([self._canary] if self._canary else [])
            self.clones.drop_spare()
            remove_project(self.name)
