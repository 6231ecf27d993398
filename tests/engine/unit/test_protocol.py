"""Requests to the agent: what each is as JSON, and that the agent takes it."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields
from typing import Any

import pytest

from drillbook.guest.agent import Agent
from drillbook.sandbox.protocol import CAP, Command, Hello, Interrupt, Paste, PasteStep, Probe, Request, Run


def is_taken(request: type[Request], method: Any) -> bool:
    """Tell whether a method of the agent takes what a request holds, and needs nothing else."""
    parameters = dict(inspect.signature(method).parameters)
    del parameters["self"]
    parameters.pop("number", None)  # the agent adds it
    needed = {name for name, parameter in parameters.items() if parameter.default is parameter.empty}
    return needed <= {field.name for field in fields(request)} <= set(parameters)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Hello(trace=b"trap"), {"op": "hello", "trace": "dHJhcA=="}),
        (
            Run(
                text=b"true",
                user="root",
                directory="/",
                environ={"A": "1"},
                prerequisites=(b"a", b"\xff"),
                timeout=30.0,
                terminal=True,
            ),
            {
                "op": "run",
                "text": "dHJ1ZQ==",
                "user": "root",
                "directory": "/",
                "environ": {"A": "1"},
                "prerequisites": ["YQ==", "/w=="],
                "timeout": 30.0,
                "cap": CAP,
                "terminal": True,
                "command": "",
                "given": "",
            },
        ),
        (
            Paste(
                steps=(PasteStep(text=b"true", timeout=5.0),),
                bracketed=True,
                user="root",
                directory="/",
                environ={},
            ),
            {
                "op": "paste",
                "steps": [{"text": "dHJ1ZQ==", "timeout": 5.0, "stream": False}],
                "bracketed": True,
                "user": "root",
                "directory": "/",
                "environ": {},
                "cap": CAP,
            },
        ),
        (
            Probe(commands={"disk": "df"}, timeout=30.0),
            {"op": "probe", "commands": {"disk": "df"}, "timeout": 30.0},
        ),
        (Command(command="df", timeout=60.0, cap=9), {"op": "command", "command": "df", "timeout": 60.0, "cap": 9}),
        (Interrupt(), {"op": "interrupt"}),
    ],
    ids=lambda value: value.operation if isinstance(value, Request) else "",
)
def test_a_request_is_one_line_of_json(request_: Request, expected: dict[str, Any]) -> None:
    text = request_.to_json(id=7)
    assert "\n" not in text
    assert json.loads(text) == expected | {"id": 7}


@pytest.mark.parametrize("request_", [Hello, Run, Paste, Probe, Command], ids=lambda request: request.operation)
def test_the_agent_takes_what_a_request_holds(request_: type[Request]) -> None:
    assert is_taken(request_, getattr(Agent, request_.operation))


def test_a_request_for_another_operation_is_not_taken() -> None:
    assert not is_taken(Probe, Agent.command)
    assert not is_taken(Command, Agent.run)
