from __future__ import annotations

from typing import Any

import pytest

from drillbook.sandbox.seal import judge_attempts, machine_addresses

SEALED: dict[str, Any] = {"routes": {}, "nameservers": ["127.0.0.11"], "tcp": False, "udp": False, "dns": False}
CONFIG: dict[str, Any] = {"Dns": ["127.0.0.1"], "NetworkMode": "project_default", "Privileged": False}


def test_a_sealed_host_has_no_way_out() -> None:
    assert judge_attempts(SEALED, CONFIG, "172.20.0.2") == []


@pytest.mark.parametrize(
    ("found", "config", "said"),
    [
        ({"routes": {"1.1.1.1": "1.1.1.1 via 172.18.0.1 dev eth0"}}, {}, "a route leads to 1.1.1.1"),
        ({"routes": {"2001:db8::1": "2001:db8::1 from :: via fe80::1"}}, {}, "a route leads to 2001:db8::1"),
        ({"tcp": True}, {}, "answers over TCP"),
        ({"udp": True}, {}, "answers over UDP"),
        ({"dns": True}, {}, "answers over DNS"),
        ({"nameservers": ["10.0.0.53"]}, {}, "the resolver asks 10.0.0.53"),
        ({}, {"Dns": ["10.0.0.53"]}, "forwards to 10.0.0.53"),
        ({}, {"Dns": []}, "forwards to the machine's own resolver"),
        ({}, {"Dns": None}, "forwards to the machine's own resolver"),
        ({}, {"NetworkMode": "host"}, "shares the machine's network"),
        ({}, {"Privileged": True}, "is privileged"),
    ],
)
def test_each_way_out_is_named(found: dict[str, Any], config: dict[str, Any], said: str) -> None:
    ways = judge_attempts(SEALED | found, CONFIG | config, "172.20.0.2")
    assert len(ways) == 1
    assert said in ways[0]


def test_the_machine_has_addresses_that_a_sandbox_must_not_reach() -> None:
    addresses = machine_addresses()
    assert addresses
    assert not any(address.startswith("127.") for address in addresses)
