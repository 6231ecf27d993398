"""Docker's command line, started through pytest-shell-utilities, with errors that say what went wrong."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from drillbook.core.errors import EngineError
from drillbook.core.interrupts import GRACE, hold_interrupts

PROJECT_LABEL = "com.docker.compose.project"
"""Compose puts it on what it makes; Drillbook puts it on its volumes and its canary, so one filter finds all."""
SERVICE_LABEL = "com.docker.compose.service"
NUMBER_LABEL = "com.docker.compose.container-number"
CACHE_LABEL = "drillbook.cache"
REMOVE_TIMEOUT = 90.0
THAW_TIMEOUT = 10.0
APPEND = 'exec docker "$@" >>"$0" 2>&1'
THAW = """
for file in $(find /sys/fs/cgroup -name freezer.state -exec grep -lx FROZEN {} +); do echo THAWED > "$file"; done
for file in $(find /sys/fs/cgroup -name cgroup.freeze -exec grep -lx 1 {} +); do echo 0 > "$file"; done
"""
"""Control groups of either version."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How much of what was removed; false when nothing was."""

    containers: int = 0
    networks: int = 0
    volumes: int = 0

    def __add__(self, other: Removed) -> Removed:
        return Removed(self.containers + other.containers, self.networks + other.networks, self.volumes + other.volumes)

    def __bool__(self) -> bool:
        return self != Removed()

    def __str__(self) -> str:
        counts = (("container", self.containers), ("network", self.networks), ("volume", self.volumes))
        return ", ".join(f"{number} {name}{'s' if number != 1 else ''}" for name, number in counts)


@functools.cache
def tie_words() -> tuple[str, ...]:
    """Return what starts a client so that it is killed when we are: what it still made would be seen by nobody.

    It has a session of its own: the terminal sends Ctrl-C to every process of ours.
    """
    tie = ("setpriv", "--pdeathsig", "KILL")
    known = shutil.which(tie[0]) and subprocess.run([*tie, "true"], capture_output=True, check=False).returncode == 0
    return ("setsid", *(tie if known else ()))


def try_docker(
    *args: str,
    timeout: float = 60,
    environ: Mapping[str, str] | None = None,
    grace: float = GRACE,
    log: Path | None = None,
) -> tuple[int, str, str]:
    """Run `docker ARGS`; return its status, standard output and standard error, both empty where a log takes them.

    After a Ctrl-C it may end by itself for `grace` seconds: the engine goes on with what a killed client asked for, and
    a container that it makes then would be seen by nobody.
    """
    from pytestshellutils.exceptions import FactoryTimeout  # noqa: PLC0415  # slow to import, and not always needed
    from pytestshellutils.shell import Subprocess  # noqa: PLC0415  # likewise

    if shutil.which("docker") is None:
        raise EngineError("`docker` was not found. Install Docker Engine 20.10 or later.")
    client = Subprocess()
    command = ("sh", "-c", APPEND, str(log)) if log else ("docker",)
    with hold_interrupts(grace):
        try:
            result = client.run(*tie_words(), *command, *args, env=cast(Any, dict(environ or {})), _timeout=timeout)
        except FactoryTimeout:
            return 124, "", f"no answer within {timeout:.0f} s"
        except BaseException:
            if client.is_running():
                client.terminate()
            raise
    return result.returncode, str(result.stdout), str(result.stderr)


def docker(
    *args: str,
    timeout: float = 60,
    environ: Mapping[str, str] | None = None,
    grace: float = GRACE,
    log: Path | None = None,
) -> str:
    """Run `docker ARGS`, which has to succeed; return its standard output. What a log takes others can follow."""
    returncode, stdout, stderr = try_docker(*args, timeout=timeout, environ=environ, grace=grace, log=log)
    if returncode:
        if log and not stderr:
            stdout = log.read_text("utf-8", errors="replace")
        tail = "\n".join((stderr or stdout).strip().splitlines()[-20:])
        raise EngineError(f"`docker {' '.join(args[:6])} …` ended with exit code {returncode}:\n{tail}")
    return stdout


def inspect(*names: str) -> Sequence[dict[str, Any]]:
    """Return what the engine knows of containers, volumes or networks."""
    found: list[dict[str, Any]] = json.loads(docker("inspect", *names))
    return found


def image_exists(name: str) -> bool:
    """Tell whether the engine has an image of this name."""
    return try_docker("image", "inspect", name)[0] == 0


def volume_exists(name: str) -> bool:
    """Tell whether the engine has a volume of this name."""
    return try_docker("volume", "inspect", name)[0] == 0


def remove_project(name: str) -> Removed:
    """Remove every container, network and named volume of one Compose project, whoever started it; count them.

    Another removal may be under way, of a run that was just interrupted: it is tried again until nothing is left.
    """
    label = f"label={PROJECT_LABEL}={name}"
    return Removed(
        _remove_found(name, ("ps", "-aq", "--filter", label), ("rm", "-fv")),
        _remove_found(name, ("network", "ls", "-q", "--filter", label), ("network", "rm")),
        _remove_found(name, ("volume", "ls", "-q", "--filter", label), ("volume", "rm", "-f")),
    )


def remove_services(name: str) -> None:
    """Remove the containers that Compose made for one project; its networks, and what is beside it, stay."""
    # What we start ourselves has no number.
    filters = ("--filter", f"label={PROJECT_LABEL}={name}", "--filter", f"label={NUMBER_LABEL}")
    _remove_found(name, ("ps", "-aq", *filters), ("rm", "-fv"))


def _thaw(name: str) -> None:
    """Let what is paused by an engine inside of a project's hosts go on: a frozen process cannot be killed.

    Docker could never remove its host.
    """
    engines = ("--filter", "volume=/var/lib/docker", "--filter", "volume=/var/lib/containerd")
    for host in docker("ps", "-q", "--filter", f"label={PROJECT_LABEL}={name}", *engines).split():
        try_docker("exec", host, "sh", "-c", THAW, timeout=THAW_TIMEOUT)


def _remove_found(name: str, listing: tuple[str, ...], removal: tuple[str, ...]) -> int:
    deadline = time.monotonic() + REMOVE_TIMEOUT
    removed: set[str] = set()
    if removal[0] == "rm":
        _thaw(name)
    while found := docker(*listing).split():
        removed |= set(found)
        code, _, problem = try_docker(*removal, *found, timeout=REMOVE_TIMEOUT)
        if code and time.monotonic() > deadline:
            raise EngineError(f"{name} could not be removed within {REMOVE_TIMEOUT:.0f} s: {problem.strip()}")
        if code:
            time.sleep(0.3)
    return len(removed)


def list_projects(prefix: str) -> set[str]:
    """Return the names of the Compose projects of which anything is left, by the names' prefix."""
    template = f'{{{{.Label "{PROJECT_LABEL}"}}}}'
    listings = (("ps", "-a"), ("network", "ls"), ("volume", "ls"))
    found = "\n".join(
        docker(*listing, "--format", template, "--filter", f"label={PROJECT_LABEL}") for listing in listings
    )
    return {name for name in found.split() if name.startswith(prefix)}
