"""The seal: no route leads out of a sandbox, and nothing runs before that has been shown.

The check reads routes and the resolver inside each host, and tries TCP, UDP and DNS against a canary, a container of
our own on another network. Nothing is sent to an address that is not the project's own.
"""

from __future__ import annotations

import importlib.resources
import json
import time
from collections.abc import Mapping
from typing import Any

import psutil

from drillbook.core.errors import SetupError
from drillbook.sandbox.docker import PROJECT_LABEL, docker, inspect, try_docker
from drillbook.sandbox.session import Session

PUBLIC = ("192.0.2.1", "198.51.100.1", "203.0.113.1", "1.1.1.1", "8.8.8.8", "169.254.169.254")
PUBLIC_V6 = ("2001:db8::1", "2606:4700:4700::1111", "fd00:ec2::254")
RESOLVER = "127.0.0.11"
"""Docker's own resolver, which every container asks; it forwards to `HostConfig.Dns`."""
CANARY_TIMEOUT = 60.0
ATTEMPTS_TIMEOUT = 120.0
"""Seconds for all attempts of one host, each of which has its own limit."""


class SealError(SetupError):
    """A way out of the sandbox exists; nothing may run in it."""


def _source(module: str) -> str:
    return importlib.resources.files("drillbook.guest").joinpath(f"{module}.py").read_text("utf-8")


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def start_canary(project: str, image: str) -> str:
    """Start the canary on a network of its own beside a sandbox; return the container's name."""
    name = f"{project}-canary"
    label = f"{PROJECT_LABEL}={project}"
    docker("network", "create", "--label", label, name)
    limits = (
        "--cap-drop",
        "ALL",
        "--cap-add",
        "NET_BIND_SERVICE",
        "--memory",
        "64m",
        "--pids-limit",
        "16",
        "--read-only",
    )
    docker(
        *("run", "--detach", "--init", "--name", name, "--label", label, "--network", name, *limits),
        *("--entrypoint", "python3", image, "-I", "-c", _source("canary")),
    )
    return name


def canary_address(name: str) -> str:
    """Return the canary's address, once it has been shown to answer: a dead canary would prove any seal."""
    (container,) = inspect(name)
    address: str = container["NetworkSettings"]["Networks"][name]["IPAddress"]
    deadline = time.monotonic() + CANARY_TIMEOUT
    while True:
        code, out, err = try_docker("exec", name, "python3", "-I", "-c", _source("seal_attempts"), address)
        if code == 0 and all(json.loads(out)[way] for way in ("tcp", "udp", "dns")):
            return address
        if time.monotonic() > deadline or not inspect(name)[0]["State"]["Running"]:
            raise SetupError(f"the canary {name} does not answer itself, so the seal cannot be tried: {out}{err}")
        time.sleep(0.1)


def machine_addresses() -> tuple[str, ...]:
    """Return the addresses of the machine that the sandbox runs on, bridges included, loopback not."""
    found = {a.address.split("%")[0] for addresses in psutil.net_if_addrs().values() for a in addresses}
    return tuple(sorted(a for a in found if ("." in a or "::" in a) and not a.startswith(("127.", "::1", "fe80:"))))


def check_seal(hosts: Mapping[str, Session], containers: Mapping[str, str], canary: str) -> None:
    """Raise SealError, naming every way out, unless each host is sealed.

    `hosts` and `containers` are keyed by role; the latter hold the containers' ids. `canary` is its address.
    """
    if not hosts:
        raise SetupError("no host is open, so the seal cannot be tried. Open a session into each host first.")
    ways = []
    # Asked at once: each question to the engine costs a client's start.
    inspected = inspect(*(containers[role] for role in hosts))
    for (role, host), container in zip(hosts.items(), inspected, strict=True):
        ways += [f"host {role}: {way}" for way in find_ways_out(host, container, canary)]
    if ways:
        raise SealError(
            "the sandbox is not sealed, so nothing was run in it: " + "; ".join(ways) + ". Make its networks "
            "internal, give it no address of the machine and no resolver that forwards out."
        )


def find_ways_out(host: Session, container: Mapping[str, Any], canary: str) -> list[str]:
    """Return each way out of one host, as a sentence."""
    arguments = " ".join((canary, *PUBLIC, *PUBLIC_V6, *machine_addresses()))
    result = host.command(f"python3 -I -c {_quote(_source('seal_attempts'))} {arguments}", timeout=ATTEMPTS_TIMEOUT)
    try:
        found = json.loads(result.stdout)
    except ValueError as error:
        raise SetupError(f"the seal could not be tried: {result.stdout}{result.stderr}") from error
    return judge_attempts(found, container["HostConfig"], canary)


def judge_attempts(found: Mapping[str, Any], host_config: Mapping[str, Any], canary: str) -> list[str]:
    """Return each way out that the attempts and the container's configuration show."""
    ways = [f"a route leads to {address} ({route.split(' uid ')[0]})" for address, route in found["routes"].items()]
    ways += [f"the canary {canary} answers over {way.upper()}" for way in ("tcp", "udp", "dns") if found[way]]
    ways += [f"the resolver asks {server}" for server in found["nameservers"] if server != RESOLVER]
    forwards = [server for server in host_config["Dns"] or ["the machine's own resolver"] if server != "127.0.0.1"]
    ways += [f"Docker's resolver forwards to {server}" for server in forwards]
    if host_config["NetworkMode"] == "host":
        ways.append("it shares the machine's network")
    if host_config["Privileged"]:
        ways.append("it is privileged")
    return ways
