"""What a sandbox consists of, as its folder declares it: frozen values. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A command whose output describes one part of the sandbox's state, and does not move by itself."""

    name: str
    host: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A way to stop or empty the thing that read-only snippets ask about, so that they must fail."""

    name: str
    host: str
    meaning: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxHost:
    """Which Compose service plays a role, and which images its own Docker Engine is filled with."""

    role: str
    service: str
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """One `sandboxes/<system>/sandbox.yml`."""

    system: str
    folder: Path
    shares: tuple[Path, ...]
    """Folders with a leading underscore that the definition includes."""
    hosts: Mapping[str, SandboxHost]
    start: tuple[tuple[str, str], ...]
    """(host, command) run as root once the hosts answer, to lay out the known state relative to now."""
    traffic: tuple[tuple[str, str], ...]
    """(host, command) run as root before each measurement; ends by itself and leaves nothing moving."""
    probes: Mapping[str, Probe]
    controls: Mapping[str, Control]
    logs: tuple[tuple[str, str], ...]
    """(host, command) run as root after a failure; its output is shown with the failure."""
    versions: tuple[tuple[str, str], ...]
    """(host, command) that prints lines of `name version`: what the sandbox is made of, recorded in evidence."""
    variables: tuple[str, ...]
    """Names of the variables that compose.yaml takes, in order: the environment values it depends on."""
    stand_ins: Mapping[str, str]
    """What is not the real part, and why."""
    definition: str
    """SHA-256 over every file of the definition."""
