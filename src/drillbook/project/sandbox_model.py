"""What a sandbox consists of, as its folder declares it: frozen values. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HEADING = re.compile(r"\n==> (\S+) <==(?=\n|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A command whose output describes one part of the sandbox's state, and does not move by itself."""

    name: str
    host: str
    command: str
    shared: bool = False
    """The command prints several probes, each under a heading: `==> NAME <==`."""
    transient: bool = False
    """It tells what only moves on, such as when something began: a difference leaves nothing to bring back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A way to stop or empty the thing that read-only snippets ask about, so that they must fail."""

    name: str
    host: str
    meaning: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """What a snippet of a kind other than shell is given to, on standard input, on one host, as the reader's user."""

    host: str
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
    restore: tuple[tuple[str, str], ...]
    """(host, command) run as root after a change: brings back what is quickly brought back; the probes tell whether."""
    traffic: tuple[tuple[str, str], ...]
    """(host, command) run as root before a measurement, every 150 seconds while nothing changes; ends by itself and
    leaves nothing moving."""
    requests: tuple[tuple[str, str], ...]
    """(host, command) run as root after `traffic` where something is read: what only logs and metrics tell of. No probe
    moves, and no snippet that changes something goes by it."""
    probes: Mapping[str, Probe]
    controls: Mapping[str, Control]
    kinds: Mapping[str, Interpreter]
    """What takes a snippet that is no shell text, by its kind."""
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

    @property
    def engines(self) -> tuple[str, ...]:
        """Return the roles whose hosts have a Docker Engine with images of its own."""
        return tuple(role for role, host in self.hosts.items() if host.images)

    def find_commands(self, role: str) -> dict[str, str]:
        """Return the commands that read a host's probes, by the name of the first probe that each reads."""
        names: dict[tuple[str, str], str] = {}
        for name, probe in self.probes.items():
            if probe.host == role:
                names.setdefault((probe.command, "" if probe.shared else name), name)
        return {name: command for (command, _), name in names.items()}

    def split_outputs(self, role: str, outputs: Mapping[str, str]) -> dict[str, str]:
        """Return what each probe of a host read; one that its command did not tell of reads as nothing."""
        found = {}
        for name, command in self.find_commands(role).items():
            if not self.probes[name].shared:
                found[name] = outputs[name]
                continue
            _, *parts = HEADING.split("\n" + outputs[name])
            told = {part: text.strip("\n") for part, text in zip(parts[::2], parts[1::2], strict=True)}
            sharing = [one for one, probe in self.probes.items() if (probe.host, probe.command) == (role, command)]
            found |= {one: told.get(one, "") for one in sharing}
        return found

    def find_moved(self, before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
        """Return the hosts on which a probe reads otherwise than before, transient ones included."""
        return {probe.host for name, probe in self.probes.items() if before.get(name) != after.get(name)}

    def keep_lasting(self, state: Mapping[str, str]) -> dict[str, str]:
        """Return what probes read, without the transient ones."""
        return {name: text for name, text in state.items() if name in self.probes and not self.probes[name].transient}
