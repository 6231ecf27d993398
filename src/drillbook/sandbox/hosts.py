"""The hosts of a sandbox that runs: their containers, and a session into each, unless the sandbox is not sealed."""

from __future__ import annotations

from concurrent.futures import Executor, Future, wait
from contextlib import suppress

from drillbook.core.errors import DrillbookError, SetupError
from drillbook.project.sandbox_model import Sandbox
from drillbook.sandbox.docker import NUMBER_LABEL, PROJECT_LABEL, SERVICE_LABEL, docker
from drillbook.sandbox.seal import canary_address, check_seal
from drillbook.sandbox.session import Session

COMMAND_TIMEOUT = 300.0
"""Seconds for what a sandbox's scripts wait for; they wait for events, and a busy machine takes its time."""
PROBE_TIMEOUT = 60.0


class Hosts:
    """The hosts of one sandbox, by role."""

    def __init__(self, sandbox: Sandbox, project: str, pool: Executor) -> None:
        self.containers: dict[str, str] = {}
        """Their ids."""
        self._sandbox = sandbox
        self._project = project
        self._pool = pool
        self._sessions: dict[str, Session] = {}

    def session(self, role: str) -> Session:
        """Return the session held open into a host."""
        if role not in self._sessions:
            raise SetupError(f"no session is open into host {role} of {self._project}")
        return self._sessions[role]

    def run(self, role: str, command: str) -> str:
        """Run a command of the sandbox's own as root, which has to succeed; return its standard output."""
        result = self.session(role).command(command, timeout=COMMAND_TIMEOUT)
        if result.returncode:
            tail = "\n".join((result.stdout + result.stderr).strip().splitlines()[-20:])
            raise SetupError(f"`{command}` on host {role} ended with exit code {result.returncode}:\n{tail}")
        return str(result.stdout)

    def attach(self) -> None:
        """Open a session into each host; keep none if the sandbox is not sealed."""
        self.close()
        # The canary shows that it is alive while the sessions are opened.
        canary = self._pool.submit(self._find_canary)
        running = self._find_running()
        opened: dict[str, Future[Session]] = {}
        try:
            for role, host in self._sandbox.hosts.items():
                if host.service not in running:
                    raise SetupError(f"host {role} (service {host.service}) does not run in {self._project}")
                self.containers[role] = running[host.service]
                command = ("docker", "exec", "--interactive", self.containers[role], "python3")
                opened[role] = self._pool.submit(Session.start, command)
            wait(opened.values())
            self._sessions |= {role: one.result() for role, one in opened.items() if not one.exception()}
            for one in opened.values():
                one.result()
            check_seal(self._sessions, self.containers, canary.result())
        except BaseException:
            self.close()
            raise

    def check_seal(self) -> None:
        """Raise SealError unless no way leads out of any host."""
        check_seal(self._sessions, self.containers, self._find_canary())

    def is_running(self) -> bool:
        """Tell whether every host runs."""
        with suppress(DrillbookError):
            return {host.service for host in self._sandbox.hosts.values()} <= self._find_running().keys()
        return False

    def read_probes(self) -> dict[str, str]:
        """Return the output of every probe, by its name; the hosts are read all at once."""

        def read(role: str) -> dict[str, str]:
            outputs = self.session(role).probe(self._sandbox.find_commands(role), timeout=PROBE_TIMEOUT)
            return self._sandbox.split_outputs(role, outputs)

        found: dict[str, str] = {}
        for part in self._pool.map(read, self._sandbox.hosts):
            found |= part
        return found

    def read_versions(self) -> dict[str, str]:
        """Return the versions of what the hosts are made of, by package."""
        lines: list[str] = []
        for role, command in self._sandbox.versions:
            lines += self.run(role, command).splitlines()
        return dict(line.split(None, 1) for line in lines if len(line.split(None, 1)) == 2)

    def read_logs(self) -> list[str]:
        """Return what the sandbox's definition has under `logs`, as far as it can be had."""
        parts = []
        for role, command in self._sandbox.logs:
            with suppress(DrillbookError):
                result = self.session(role).command(command, timeout=PROBE_TIMEOUT)
                parts.append(f"{role}$ {command}\n{result.stdout}{result.stderr}")
        return parts

    def close(self) -> None:
        """Close the sessions; the hosts go on running."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _find_canary(self) -> str:
        return canary_address(f"{self._project}-canary")

    def _find_running(self) -> dict[str, str]:
        """Return the containers that run, by service; Compose would tell the same, ten times as slowly."""
        template = f'{{{{.Label "{SERVICE_LABEL}"}}}} {{{{.ID}}}}'
        ours = f"label={PROJECT_LABEL}={self._project}"
        # The canary has the labels of the image that it is made of, the service's too, but no number.
        numbered = f"label={NUMBER_LABEL}"
        listed = docker("ps", "--no-trunc", "--format", template, "--filter", ours, "--filter", numbered)
        return dict(words for line in listed.splitlines() if len(words := line.split()) == 2)
