"""Runs inside a sandbox's host (standard library only): how this host could reach out, read and tried.

Prints JSON. Routes are read, which sends nothing; packets go to the canary alone, which is ours.
Arguments: the canary's address, then addresses whose routes are looked up.
"""

import json
import socket
import subprocess
import sys
from contextlib import closing

TCP_PORT, UDP_PORT, DNS_PORT = 7000, 7001, 53
WAIT = 0.4
# A question for the A record of canary.invalid, transaction 0x4442.
QUESTION = b"\x44\x42\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06canary\x07invalid\x00\x00\x01\x00\x01"


def has_route(address: str) -> str:
    """Return the route to an address as the kernel sees it, or nothing where there is none."""
    family = "-6" if ":" in address else "-4"
    found = subprocess.run(["ip", family, "route", "get", address], capture_output=True, text=True, check=False)
    if found.returncode == 127:
        raise SystemExit("no `ip` command in the sandbox: the seal cannot be read")
    text = found.stdout.strip()
    return "" if found.returncode or text.startswith(("unreachable", "prohibit", "blackhole")) else text


def reach_tcp(address: str) -> bool:
    """Tell whether the canary takes a connection."""
    try:
        socket.create_connection((address, TCP_PORT), timeout=WAIT).close()
    except OSError:
        return False
    return True


def reach_udp(address: str, port: int, message: bytes) -> bool:
    """Tell whether the canary answers a datagram."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.settimeout(WAIT)
        try:
            sock.sendto(message, (address, port))
            return bool(sock.recv(512))
        except OSError:
            return False


def nameservers() -> list[str]:
    """Return the servers that this host's resolver asks."""
    with open("/etc/resolv.conf", encoding="utf-8") as file:
        return [line.split()[1] for line in file if line.startswith("nameserver")]


def main(canary: str, *addresses: str) -> None:
    """Print what was found."""
    found = {
        "routes": {address: route for address in (canary, *addresses) if (route := has_route(address))},
        "nameservers": nameservers(),
        "tcp": reach_tcp(canary),
        "udp": reach_udp(canary, UDP_PORT, b"canary"),
        "dns": reach_udp(canary, DNS_PORT, QUESTION),
    }
    print(json.dumps(found))  # noqa: T201  # this is the answer


if __name__ == "__main__":
    main(*sys.argv[1:])
