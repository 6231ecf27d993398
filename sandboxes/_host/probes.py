"""What the probes of all hosts have in common. A host's /usr/local/sbin/probe imports it, and adds what only it has.

A probe prints one part of the state, in a form that does not move by itself. One process reads all parts of a host:
each reading costs CPU that a snippet then has to wait for. What a stopped part cannot tell is said as such.
"""

from __future__ import annotations

import collections
import contextlib
import hashlib
import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import system

Parts = dict[str, list[str]]


def read_text(path: str) -> str:
    """Return a file's text."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


SETTINGS: dict[str, str] = dict(re.findall(r"^(\w+)='(.*)'$", read_text("/etc/sandbox.env"), re.MULTILINE))
"""The environment's values."""
PLACES = ("/etc", "/home", "/opt", "/root", "/srv", "/usr/local", "/var/spool", "/tmp", "/var/tmp")
"""Where people and services leave files."""
LINKS = "/etc/systemd/system"
"""Links there say what starts at the boot, and what is masked: they belong to the units."""
NUMBERS = "/run/systemd/units"
"""Here systemd keeps a link for each service that runs, to the number of that start."""
UNITS = (".service", ".socket", ".timer", ".path")
"""The kinds of units that are told of."""
PASSING_UNITS = re.compile(
    r"systemd-(hostnamed|timedated|localed)|user|session|sshd@|sshd-session|run-.*\.service|init\.scope"
)
"""What systemd and D-Bus start on demand, and logins."""
PASSING_PROCESSES = re.compile(r"\(|\[|/usr/lib/systemd/systemd-(executor|hostnamed|timedated|localed)")
PASSING_FILES = re.compile(r"/(var/)?tmp/(systemd-private-|runc-process)")
"""What systemd makes for a service at its start, and what containerd hands to runc at each exec or health check."""
ENGINE = "/run/docker.sock"
LOGIN = re.compile(r"sshd-session|sshd: .*\[")
KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
RESOLVER = "127.0.0.11"
"""Docker's, which has other ports in each sandbox."""
SUMS = "/run/probe-sums"
"""Sums of files that were read before: a file whose times, size and number are the same holds the same."""
FRESH = 2_000_000_000
"""Nanoseconds for which a file may change again without a new time."""
ENVIRON = {"LC_ALL": "C", "PATH": os.environ["PATH"]}


def find_role() -> str:
    """Return the role that this host plays: one of the environment's values is its name."""
    names = (name for name, value in SETTINGS.items() if value == socket.gethostname())
    return next(name[6:-5].lower().replace("_", "-") for name in names if re.fullmatch("HOSTS_.*_NAME", name))


def start(*command: str, given: str = "", **environ: str) -> subprocess.Popen[str]:
    """Start a command that tells of a part; what it says on standard error belongs to that."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**ENVIRON, **environ},
    )
    # One that has ended already, such as a client whose server just starts, has said why.
    with contextlib.suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.write(given)
            process.stdin.close()
    return process


def finish(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a command and return its lines."""
    with process:
        return process.stdout.read().splitlines() if process.stdout else []


def ask(place: str | int, path: str) -> Any:
    """Return what a socket, or a port of loopback, answers to GET; None where nobody does."""
    family, address = (socket.AF_UNIX, place) if isinstance(place, str) else (socket.AF_INET, ("127.0.0.1", place))
    with socket.socket(family) as connection:
        try:
            connection.settimeout(20)
            connection.connect(address)
            connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(1 << 18), b""))
        except OSError:
            return None
    head, _, body = answer.partition(b"\r\n\r\n")
    return json.loads(body) if b" 200 " in head.split(b"\r\n")[0] else None


def inspect_containers() -> list[dict[str, Any]] | None:
    """Return all that the Docker Engine knows of each container, by name; None where it does not answer."""
    listed = ask(ENGINE, "/containers/json?all=1")
    if listed is None:
        return None
    inspected = (ask(ENGINE, f"/containers/{one['Id']}/json") for one in listed)
    return sorted(filter(None, inspected), key=lambda one: str(one["Name"]))


def describe_containers(inspected: Iterable[Mapping[str, Any]]) -> Parts:
    """Return what each container is, and apart from that which one it is and since when it runs."""
    found: Parts = {"containers": [], "container-starts": []}
    for one in inspected:
        name, state, host = one["Name"][1:], one["State"], one["HostConfig"]
        code = 0 if state["Running"] else state["ExitCode"]
        # Not whether it is healthy: that follows from something else, and comes late.
        found["containers"].append(
            f"{name} {one['Config']['Image']} {one['Image'][7:19]} {state['Status']} {code} {state['OOMKilled']}"
            f" {host['RestartPolicy']['Name']} {host['Memory']} {host['NanoCpus']}"
        )
        found["container-starts"].append(f"{name} {one['Id'][:12]} {state['StartedAt']} {one['RestartCount']}")
    return found


def read_host(skipped: Sequence[str] = (), passing: str = r"(?!)") -> Parts:
    """Read what every host has: units, their starts, processes, ports, files, and the system itself.

    `skipped` are paths whose files another part tells of, `passing` is a pattern of commands that come and go.
    """
    # /proc/net/tcp would say the same, after a walk through every connection that the kernel has room for.
    ports = start("ss", "--no-header", "--numeric", "--listening", "--tcp", "--udp")
    return {
        "starts": read_starts(),
        "processes": read_processes(passing),
        "files": list_files(PLACES, (*skipped, LINKS)),
        "ports": read_ports(finish(ports)),
        "units": read_units(),
        "system": system.read_system(),
    }


def read_units() -> list[str]:
    """Return the state of each unit, the variables that each service gets, and what starts at the boot."""
    told = system.ask_systemd()
    if told is None:
        return ["systemd does not answer"]
    units, variables = told
    found = [f"{name} {state}" for name, state in units if name.endswith(UNITS) and not PASSING_UNITS.match(name)]
    found += (f"every service gets {variable}" for variable in variables)
    return sorted(found) + list_files((LINKS,))


def read_starts() -> list[str]:
    """Return the number of each service's start: alone, a restart changes only this."""
    links = (name for name in os.listdir(NUMBERS) if name.startswith("invocation:"))
    names = (name.removeprefix("invocation:") for name in links)
    passing = PASSING_UNITS.match
    return sorted(f"{name} {os.readlink(f'{NUMBERS}/invocation:{name}')}" for name in names if not passing(name))


def survey(tops: Iterable[str] = PLACES, skipped: Sequence[str] = ()) -> dict[str, str]:
    """Return what there is to say of some folders, and of each file, folder and link below them, by path."""
    found: dict[str, str] = {}
    sums = Sums()
    for top in tops:
        found[top] = describe(top, sums)
        for folder, names, files in os.walk(top):
            names[:] = (name for name in names if f"{folder}/{name}" not in skipped)
            names[:] = (name for name in names if not PASSING_FILES.match(f"{folder}/{name}"))
            paths = (f"{folder}/{name}" for name in (*names, *files))
            paths = (path for path in paths if path not in skipped and not PASSING_FILES.match(path))
            found |= {path: describe(path, sums) for path in paths}
    sums.keep()
    return {path: described for path, described in found.items() if described}


class Sums:
    """The sums of files, kept from one reading to the next."""

    def __init__(self) -> None:
        self.now = time.time_ns()
        self.fresh: dict[str, list[Any]] = {}
        try:
            with open(SUMS, encoding="utf-8") as file:
                self.known: dict[str, list[Any]] = json.load(file)
        except (FileNotFoundError, ValueError):
            self.known = {}

    def find(self, path: str, found: os.stat_result) -> str:
        """Return the sum of a file."""
        state = [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
        known = self.known.get(path)
        if known and known[:4] == state:
            return str(known[4])
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        # Changed twice within one tick of the kernel's clock, a file has the same times.
        if max(found.st_mtime_ns, found.st_ctime_ns) < self.now - FRESH:
            self.fresh[path] = [*state, digest]
        return digest

    def keep(self) -> None:
        """Write what is new, whole or not at all."""
        if self.fresh:
            half = f"{SUMS}.{os.getpid()}"
            with open(half, "w", encoding="utf-8") as file:
                json.dump({**self.known, **self.fresh}, file)
            os.replace(half, SUMS)


def describe(path: str, sums: Sums) -> str:
    """Return kind, mode, owner, group, and what a link points to or a file's sum; nothing where nothing is."""
    try:
        found = os.lstat(path)
        kind = KINDS.get(stat.S_IFMT(found.st_mode), "other")
        more = os.readlink(path) if kind == "link" else ""
        if kind == "file":
            more = sums.find(path, found)
    except FileNotFoundError:  # it came and went
        return ""
    return f"{kind} {stat.S_IMODE(found.st_mode):o} {found.st_uid} {found.st_gid} {more}".rstrip()


def list_files(tops: Iterable[str] = PLACES, skipped: Sequence[str] = ()) -> list[str]:
    """Return a line on each of what `survey` finds."""
    return sorted(f"{path} {described}" for path, described in survey(tops, skipped).items())


def read_processes(passing: str, place: Callable[[str], str] = lambda pid: "") -> list[str]:
    """Return where each process is (as `place` says), whose it is, its command, and how many there are.

    Left out: this probe's session, whoever is logged in by SSH, and what comes and goes.
    """
    parents: dict[str, str] = {}
    seen: dict[str, tuple[str, str]] = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            state, parents[pid] = read_text(f"/proc/{pid}/stat").rpartition(")")[2].split()[:2]
            command = read_text(f"/proc/{pid}/cmdline").replace("\0", " ").strip()
            if state != "Z" and command:
                seen[pid] = (f"{place(pid)} {os.stat(f'/proc/{pid}').st_uid}".lstrip(), command)
        except (FileNotFoundError, ProcessLookupError):
            continue
    left_out = {pid for pid, (_, command) in seen.items() if LOGIN.match(command)}
    left_out.add(list(climb(str(os.getpid()), parents))[-1])
    counts: collections.Counter[str] = collections.Counter()
    for pid, (owner, command) in seen.items():
        # A child that is called as its parent is on its way to become something else, or one of many alike.
        alike = seen.get(parents[pid], ("", ""))[1] == command
        passes = alike or PASSING_PROCESSES.match(command) or re.match(passing, command)
        if not passes and left_out.isdisjoint(climb(pid, parents)):
            counts[f"{owner} {command}"] += 1
    return sorted(f"{what} ({number})" for what, number in counts.items())


def climb(pid: str, parents: Mapping[str, str]) -> Iterator[str]:
    """Yield a process and those that it descends from, up to a child of the first or of none here."""
    yield pid
    while parents.get(pid, "0") not in ("0", "1"):
        pid = parents[pid]
        yield pid


def read_ports(lines: Iterable[str]) -> list[str]:
    """Return where somebody listens, of what ss lists."""
    words = (line.split() for line in lines)
    places = ((each[0], *each[4].rsplit(":", 1)) for each in words)
    return sorted({f"{kind} {address} {port}" for kind, address, port in places if address != RESOLVER})


def cut_parts(lines: Iterable[str], names: Iterable[str], silent: str) -> Parts:
    """Cut what a command said at its headings, `==> NAME <==`; a part that it did not get to says `silent`."""
    found = {name: [silent] for name in names}
    name = ""
    for line in lines:
        if heading := re.fullmatch("==> (.*) <==", line):
            name = heading[1]
            found[name] = []
        elif name:
            found[name].append(line)
        else:
            found = {each: [line] for each in found}
    return found


def print_probes(read: Callable[[], Mapping[str, list[str]]]) -> int:
    """Print all parts under headings, or the one that the command line names; return the exit status."""
    found = read()
    if len(sys.argv) == 1:
        for name, lines in found.items():
            sys.stdout.write("\n".join((f"==> {name} <==", *lines, "")))
    elif sys.argv[1] in found:
        sys.stdout.write("\n".join((*found[sys.argv[1]], "")))
    else:
        sys.stderr.write(f"probe: no probe has the name '{sys.argv[1]}'; known: {', '.join(sorted(found))}\n")
        return 2
    return 0
