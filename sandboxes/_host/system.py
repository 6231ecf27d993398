"""What a host's kernel and its systemd tell. Part of probes.py, which says what passes and what stays."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import re
import stat
from pathlib import Path

MANAGER = (b"org.freedesktop.systemd1", b"/org/freedesktop/systemd1", b"org.freedesktop.systemd1.Manager")
SOCKET = b"unix:path=/run/systemd/private"
UNIT = b"(ssssssouso)"
"""A unit's name, description, three states, whom it follows, path; its job's number, kind and path."""
TOPS = ("/", "/dev/shm", "/mnt", "/run", "/var/lib")
"""Of what lies in these, only the top is told of: below, services move things by themselves."""
PASSING_TOPS = re.compile(r"/run/(known|probe-sums|utmp|motd|xtables|user|sudo|ssh)|/dev/shm/PostgreSQL\.\d+$")
"""What the first of a kind makes there: a reading, a login, a rule of the firewall, a start of PostgreSQL."""
PASSING_MOUNTS = re.compile(r"/run/(user|credentials|docker|containerd|netns)/|/var/lib/(docker|containerd|kubelet)/")
"""What is mounted for a login, a start of a service, a container, a pod."""
NETWORK = ("core", "ipv4", "ipv6", "ipv4/conf/all", "ipv4/conf/default", "ipv6/conf/all", "ipv6/conf/default")
"""Below /proc/sys/net: what the kernel keeps for each host."""


def ask_systemd() -> tuple[list[tuple[str, str]], list[str]] | None:
    """Return each unit that is active or failed with its states, and the variables that each service gets.

    None where systemd does not answer. Asked through the library that systemctl uses: starting that twice would cost as
    much as all else that is read of a host.
    """
    library = ctypes.CDLL("libsystemd.so.0")
    bus, reply, variables = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.POINTER(ctypes.c_char_p)()
    words = [ctypes.c_char_p() for _ in range(9)]
    job = ctypes.c_uint32()
    fields = (*map(ctypes.byref, words[:7]), ctypes.byref(job), *map(ctypes.byref, words[7:]))
    steps = (
        lambda: library.sd_bus_new(ctypes.byref(bus)),
        lambda: library.sd_bus_set_address(bus, SOCKET),
        lambda: library.sd_bus_start(bus),
        lambda: library.sd_bus_get_property_strv(bus, *MANAGER, b"Environment", None, ctypes.byref(variables)),
        lambda: library.sd_bus_call_method(
            bus, *MANAGER, b"ListUnitsFiltered", None, ctypes.byref(reply), b"as", 2, b"active", b"failed"
        ),
        lambda: library.sd_bus_message_enter_container(reply, ord("a"), UNIT),
    )
    if any(step() < 0 for step in steps):
        return None
    units = []
    while library.sd_bus_message_read(reply, UNIT, *fields) > 0:
        name, _, _, active, state = ((word.value or b"").decode() for word in words[:5])
        units.append((name, f"{active} {state}"))
    return units, [word.decode() for word in itertools.takewhile(bool, variables)]


def read_system() -> list[str]:
    """Return what is mounted, the network's settings, and what lies at the top."""
    mounts = (line.split()[:4] for line in Path("/proc/1/mounts").read_text().splitlines())
    found = [
        f"{place} is {kind} of {source}, {how}"
        for source, place, kind, how in mounts
        if not PASSING_MOUNTS.match(place)
    ]
    for folder in NETWORK:
        with contextlib.suppress(FileNotFoundError), os.scandir(f"/proc/sys/net/{folder}") as entries:
            found += [f"{entry.path} {read_setting(entry.path)}" for entry in entries if entry.is_file()]
    for top in TOPS:
        paths = (os.path.join(top, name) for name in os.listdir(top))
        found += [f"{path} {describe(path)}" for path in paths if not PASSING_TOPS.match(path)]
    return sorted(found)


def read_setting(path: str) -> str:
    """Return a setting of the kernel; some cannot be read, or not before they were set."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return "cannot be read"


def describe(path: str) -> str:
    """Return kind, mode, owner and group, and not what is in it; nothing where nothing is."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:  # it came and went
        return ""
    return f"{stat.filemode(found.st_mode)} {found.st_uid} {found.st_gid}"
