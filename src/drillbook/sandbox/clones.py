"""The clones on which one sandbox's hosts stand: those in use, and the spare ones for its next reset."""

from __future__ import annotations

from concurrent.futures import Executor, Future, wait

from drillbook.core.interrupts import hold_interrupts
from drillbook.project.sandbox_model import Sandbox
from drillbook.sandbox.docker import docker
from drillbook.sandbox.volumes import clone_name, clone_volumes


class Clones:
    """Counts the sets of clones of one sandbox; `number` is the set in use."""

    def __init__(self, sandbox: Sandbox, project: str, pool: Executor) -> None:
        self.number = 0
        self._sandbox = sandbox
        self._project = project
        self._pool = pool
        self._spare: Future[None] | None = None

    def make(self) -> None:
        """Make the set in use."""
        clone_volumes(self._sandbox, self._project, self.number)

    def make_spare(self) -> Future[None]:
        """Make the next set in another thread, unless that was begun; return what to wait for."""
        if self._spare is None:
            with hold_interrupts():
                self._spare = self._pool.submit(clone_volumes, self._sandbox, self._project, self.number + 1)
        return self._spare

    def use_spare(self) -> None:
        """Count the spare set as the one in use."""
        self._spare = None
        self.number += 1

    def drop_spare(self) -> None:
        """Wait for the spare set that is being made, and take it away."""
        if self._spare is not None:
            wait([self._spare])
            self._spare = None
            self.remove(self.number + 1)

    def remove(self, number: int) -> None:
        """Take a set away."""
        if self._sandbox.engines:
            names = (clone_name(self._project, role, number) for role in self._sandbox.engines)
            docker("volume", "rm", "-f", *names)
