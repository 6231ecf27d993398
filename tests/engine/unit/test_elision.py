from __future__ import annotations

import pytest

from drillbook.evidence.elision import elide

CASES = {
    "2026-11-21T04:06:01.123456789Z INFO": "[time] INFO",
    "2026-11-21 04:06:01,123 INFO": "[time] INFO",
    "2026-11-21 04:06:01.5+00 |": "[time] |",
    '"timestamp": "2026-11-21T04:06:01+00:00"': '"timestamp": "[time]"',
    "Sat Nov 21 04:06:01 UTC 2026": "[time]",
    "Sat, 21 Nov 2026 04:06:01 GMT": "[time]",
    "Date:   Sat Nov 21 04:06:01 2026 +0000": "Date:   [time]",
    "Nov 21 04:06:01 va-app-01 sshd[811]: ok": "[time] va-app-01 sshd[[id]]: ok",
    '10.0.0.7 - - [21/Nov/2026:04:06:01 +0000] "GET"': '[address] - - [[time]] "GET"',
    "at 04:06:01 up": "at [time] up",
    "backup_20261121_040601.sql": "backup_[time].sql",
    "3 minutes ago": "[time] ago",
    "about an hour ago": "[time] ago",
    "Up 3 minutes (healthy)": "Up [time] (healthy)",
    "Exited (0) 5 seconds ago": "Exited (0) [time] ago",
    "took 12ms, then 0.031s": "took [time], then [time]",
    "real 0m0.031s": "real [time]",
    "f00dfeed1234 running": "[id] running",
    "sha256:" + "ab" * 32: "[id]",
    "commit " + "a1" * 20: "commit [id]",
    "a1b2c3d Add a flag": "[id] Add a flag",
    "c1d1b9e8-7a3f-4a64-9d0c-5a0d9f0b7a11": "[id]",
    "pid 4242, PID: 17": "pid [id], PID: [id]",
    "listening on 172.18.0.2:5432": "listening on [address]:5432",
    "02:42:ac:12:00:02": "[address]",
    "fe80::42:acff:fe12:2": "[address]",
    "12.5MiB / 1.9GiB  0.65%": "[size] / [size]  [size]",
    "size 1.1G of 40G": "size [size] of [size]",
    "/dev/vda1 on /": "/dev/[device] on /",
    "/run/drillbook-ab1_c/snippet: line 3: curl: command not found": "bash: line 3: curl: command not found",
    "postgresql://app:hunter2@db:5432/app": "postgresql://app:[redacted]@db:5432/app",
    "redis://:hunter2@redis:6379": "redis://:[redacted]@redis:6379",
    "password=hunter2 user=app": "password=[redacted] user=app",
    "POSTGRES_PASSWORD: hunter2": "POSTGRES_PASSWORD: [redacted]",
    '"api_key": "abc def", "x": 1': '"api_key": [redacted], "x": 1',
    "tool --token abc123 run": "tool --token [redacted] run",
    "Authorization: Bearer abc.def-123456": "Authorization: Bearer [redacted]",
    "AKIAIOSFODNN7EXAMPLE": "[redacted]",
    "SECRET_KEY=kJ8s/9f+aa==": "SECRET_KEY=[redacted]",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter": "[redacted]\nafter",
    "-----BEGIN PRIVATE KEY-----\nMIIE": "[redacted]",
}


@pytest.mark.parametrize("text", CASES)
def test_it_is_replaced(text: str) -> None:
    assert elide(text, extra={}) == CASES[text]


KEPT = [
    '{"status": "healthy", "version": "2.0.0"}',
    "active (running)",
    " count | state \n     3 | active\n(1 row)",
    "127.0.0.1:8000 0.0.0.0:8000",
    "max_connections = 100",
    "status=200 path=/health",
    "3 rows, 12 errors",
    "HEAD is now at main",
    "PONG",
    "deadbeef is a word",
]


@pytest.mark.parametrize("text", KEPT)
def test_it_is_kept(text: str) -> None:
    assert elide(text, extra={}) == text


def test_names_are_replaced_the_longest_first_and_whole() -> None:
    extra = {"va-app-01.example": "[host]", "va-app-01": "[short]"}
    assert elide("on va-app-01.example, va-app-01: va-app-011", extra=extra) == "on [host], [short]: va-app-011"
    assert elide("a", extra={"": "x", "a": r"\1"}) == r"\1"


@pytest.mark.parametrize("text", CASES)
def test_what_is_elided_stays_as_it_is(text: str) -> None:
    once = elide(text, extra={})
    assert elide(once, extra={}) == once


def test_two_runs_come_out_alike() -> None:
    one = "2026-11-21T04:06:01Z app-1 | GET /health 200 12ms 10.0.0.7 pid=12\nf00dfeed1234 Up 3 minutes 1.2%"
    two = "2026-12-02T14:16:31Z app-1 | GET /health 200 9.5ms 10.0.0.9 pid=7\n0123abcd4567 Up 14 minutes 0.9%"
    assert elide(one, extra={}) == elide(two, extra={})
