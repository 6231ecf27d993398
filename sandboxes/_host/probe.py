"""What the probes of all hosts have in common; a host's /usr/local/sbin/probe adds its own parts, and calls `tell`.

One process reads all parts of a host: each reading of a measurement costs CPU that a snippet then has to wait for.
A part describes what is, in a form that does not move by itself. What a stopped service cannot tell is said as such,
so that its stopping is itself a change.
"""

from __future__ import annotations

import collections
import hashlib
import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Parts = dict[str, list[str]]
SETTINGS = dict(re.findall(r"^(\w+)='(.*)'$", open("/etc/sandbox.env").read(), re.MULTILINE))
ENVIRON = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
PLACES = ("/etc", "/home", "/opt", "/root", "/usr/local", "/var/spool", "/tmp", "/var/tmp")
"""Where people and services leave files."""
PRIVATE = "/systemd-private-"
"""What systemd makes for a service at its start."""
LINKS = "/etc/systemd/system"
"""Symlinks there say what starts at the boot, and what is masked: they are told with the units."""
PASSING_UNITS = re.compile(r"systemd-(hostnamed|timedated|localed)|user|session|sshd@|sshd-session|run-|init\.scope")
"""Services that come and go: what systemd and D-Bus start on demand, and logins."""
PASSING_PROCESSES = re.compile(r"/usr/lib/systemd/systemd-(executor|hostnamed|timedated|localed)|\(|\[")
LOGIN = re.compile(r"sshd-session|sshd: .*\[")
LISTENING = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}
COMMON = ("starts", "processes", "ports", "units", "files")
"""Parts that every host has; they are called after the host's role, such as `sip-units`."""


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
    if process.stdin:
        process.stdin.write(given)
        process.stdin.close()
    return process


def finish(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a command and return its lines."""
    with process:
        return process.stdout.read().splitlines() if process.stdout else []


def read_host(skipped: Sequence[str] = (), passing: str = r"(?!)") -> Callable[[], Parts]:
    """Begin to read what every host has; what is returned ends the reading.

    `skipped` are paths that another part tells of, `passing` a pattern of how commands begin that come and go.
    """
    types = "--type=service,socket,timer,path"
    units = start("systemctl", "list-units", "--all", "--plain", "--no-legend", types, "--state=active,failed")

    def end() -> Parts:
        links, files = [], []
        for line in list_files(skipped=skipped):
            (links if line.startswith(f"{LINKS}/") and " l " in line else files).append(line)
        states = (line.split(None, 4) for line in finish(units))
        active = sorted(f"{one[0]} {one[2]} {one[3]}" for one in states if not PASSING_UNITS.match(one[0]))
        return {
            "units": active + links,
            "starts": read_starts(),
            "files": files,
            "processes": read_processes(re.compile(passing)),
            "ports": sorted(set(read_ports())),
        }

    return end


def read_starts() -> list[str]:
    """Return the number under which each service was started: alone, a restart changes only this."""
    folder = "/run/systemd/units"
    found = []
    for link in os.listdir(folder):
        name = link.removeprefix("invocation:")
        if name != link and not PASSING_UNITS.match(name):
            found.append(f"{name} {os.readlink(f'{folder}/{link}')}")
    return sorted(found)


def list_files(tops: Iterable[str] = PLACES, skipped: Sequence[str] = ()) -> list[str]:
    """Return path, kind, mode, owner, group, and where a link leads or a file's sum, of some folders and all below."""
    return sorted(describe_file(path) for top in tops for path in list_paths(top, skipped))


def list_paths(top: str, skipped: Sequence[str] = ()) -> Iterator[str]:
    """Yield the paths of a folder and of all below it."""
    yield top
    for folder, names, files in os.walk(top):
        names[:] = [name for name in names if f"{folder}/{name}" not in skipped and PRIVATE not in f"/{name}"]
        yield from (path for name in (*names, *files) if (path := f"{folder}/{name}") not in skipped)


def describe_file(path: str) -> str:
    """Return a line on a file, a folder or a link."""
    try:
        found = os.lstat(path)
        kind = {stat.S_IFREG: "f", stat.S_IFDIR: "d", stat.S_IFLNK: "l"}.get(stat.S_IFMT(found.st_mode), "other")
        more = os.readlink(path) if kind == "l" else ""
        if kind == "f":
            with open(path, "rb") as file:
                more = hashlib.sha256(file.read()).hexdigest()
        return f"{path} {kind} {stat.S_IMODE(found.st_mode):o} {found.st_uid} {found.st_gid} {more}".rstrip()
    except FileNotFoundError:  # it came and went
        return f"{path} gone"


def read_processes(passing: re.Pattern[str]) -> list[str]:
    """Return whose each process is, its command, and how many there are.

    Left out: this probe's session, whoever is logged in by SSH, and what comes and goes.
    """
    parents: dict[str, str] = {}
    seen: dict[str, tuple[int, str]] = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            state, parents[pid] = open(f"/proc/{pid}/stat", errors="replace").read().rpartition(")")[2].split()[:2]
            command = open(f"/proc/{pid}/cmdline", errors="replace").read().replace("\0", " ").strip()
            if state != "Z" and command:
                seen[pid] = (os.stat(f"/proc/{pid}").st_uid, command)
        except (FileNotFoundError, ProcessLookupError):
            continue
    ours = {pid for pid, (_, command) in seen.items() if LOGIN.match(command)}
    ours.add(list(climb(str(os.getpid()), parents))[-1])
    counts: collections.Counter[str] = collections.Counter()
    for pid, (owner, command) in seen.items():
        if not (PASSING_PROCESSES.match(command) or passing.match(command) or ours.intersection(climb(pid, parents))):
            counts[f"{owner} {command}"] += 1
    return sorted(f"{what} ({number})" for what, number in counts.items())


def climb(pid: str, parents: Mapping[str, str]) -> Iterator[str]:
    """Yield a process and those that it descends from, up to a child of the first or of none here."""
    yield pid
    while parents.get(pid, "0") not in ("0", "1"):
        pid = parents[pid]
        yield pid


def read_ports() -> Iterator[str]:
    """Yield where somebody listens. Docker's resolver has other ports in each sandbox."""
    for kind, state in LISTENING.items():
        for line in open(f"/proc/net/{kind}").read().splitlines()[1:]:
            words = line.split()
            address, port = words[1].split(":")
            if words[3] == state and words[2].endswith(":0000") and address != "0B00007F":
                shown = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if len(address) == 8 else address.lower()
                yield f"{kind} {shown} {int(port, 16)}"


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


def find_role() -> str:
    """Return the role that this host plays: the environment's values name it."""
    roles = (name for name, value in SETTINGS.items() if value == socket.gethostname())
    names = (re.fullmatch("HOSTS_(.*)_NAME", name) for name in roles)
    return next((name[1].lower().replace("_", "-") for name in names if name), "host")


def tell(role: str, found: Mapping[str, list[str]]) -> int:
    """Print all parts under headings, or the one that the command line names; return the exit status."""
    parts = {f"{role}-{name}" if name in COMMON else name: lines for name, lines in found.items()}
    if not sys.argv[1:]:
        for name, lines in parts.items():
            print(f"==> {name} <==", *lines, sep="\n")
    elif sys.argv[1] in parts:
        print("\n".join(parts[sys.argv[1]]))
    else:
        print(f"probe: no probe has the name '{sys.argv[1]}'; known: {', '.join(sorted(parts))}", file=sys.stderr)
        return 2
    return 0
