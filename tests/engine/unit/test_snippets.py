from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.core.model import Kind, Risk, Snippet, Waiver, sha256
from drillbook.core.rules import (
    Channel,
    Columns,
    Contains,
    Equals,
    JsonSchema,
    JsonSubset,
    Lacks,
    Lines,
    Matches,
    Number,
)
from drillbook.project.snippets import parse_snippet

GOOD = """\
title = "Look"
host = "app"
kind = "shell"
risk = "read-only"
control = "stopped"
silent = "it says nothing"
"""
CHANGING = GOOD.replace("read-only", "changes").replace(
    'control = "stopped"', 'changes = ["units"]\nundo = "shop/back"'
)


def parse(root: Path, header: str, text: str = "true", *, name: str = "shop/look.sh", comment: str = "#") -> Snippet:
    lines = "".join(f"{comment} {line}".rstrip() + "\n" for line in header.splitlines())
    return parse_bytes(root, f"{comment} /// snippet\n{lines}{comment} ///\n{text}\n".encode(), name=name)


def parse_bytes(root: Path, data: bytes, *, name: str = "shop/look.sh") -> Snippet:
    path = root / "snippets" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return parse_snippet(path, root)


def fail(root: Path, header: str, text: str = "true", *, name: str = "shop/look.sh") -> list[str]:
    with pytest.raises(DrillbookError) as caught:
        parse(root, header, text, name=name)
    return [str(problem) for problem in caught.value.problems]


def test_a_whole_header_is_read(tmp_path: Path) -> None:
    header = """\
title = "Look"
host = "app"
directory = "/tmp"
risk = "destructive"
changes = ["units"]
undo = "shop/back"
requires = ["shop/first"]
timeout = 2.5
status = [0, 3]

[inputs.INCIDENT]
meaning = "its number"
sandbox = "INC-1"

[[allow]]
line = 2
status = [1]
reason = "nothing found"

[stream]
within = 4

[skip]
reason = "because"
owner = "desk"
expires = 2027-05-01

[[expect]]
of = "both"
contains = "ok"
"""
    snippet = parse(tmp_path, header, "a\nb")
    assert (snippet.id, snippet.system, snippet.path) == ("shop/look", "shop", "snippets/shop/look.sh")
    assert (snippet.kind, snippet.risk, snippet.changes) == (Kind.SHELL, Risk.DESTRUCTIVE, ("units",))
    assert (snippet.undo, snippet.requires, snippet.timeout) == ("shop/back", ("shop/first",), 2.5)
    assert (snippet.statuses, snippet.directory, snippet.stream_within) == ((0, 3), "/tmp", 4.0)
    assert [(one.name, one.sandbox) for one in snippet.inputs] == [("INCIDENT", "INC-1")]
    assert [(one.line, one.statuses) for one in snippet.allow] == [(2, (1,))]
    assert snippet.skip is not None
    assert snippet.skip.expires == dt.date(2027, 5, 1)
    assert snippet.expectations[0].channel is Channel.BOTH
    assert str(snippet.location) == "snippets/shop/look.sh:33"
    assert str(snippet.locate("expect.0.contains")) == "snippets/shop/look.sh:31"
    assert str(snippet.locate("skip.nothing")) == "snippets/shop/look.sh:24"


@pytest.mark.parametrize(
    "text",
    ["", "\n", "\n\n", "\tx\n\n  ", "a\r\nb\r", "ü {{ }} ${#A[@]} &<>", "# a comment", "#", "x\n# ///", "\n# ///\n"],
)
def test_the_text_is_every_byte_but_one_newline_at_the_end(tmp_path: Path, text: str) -> None:
    snippet = parse(tmp_path, GOOD, f"{text}\ntrue")
    assert snippet.text == f"{text}\ntrue"
    data = (tmp_path / snippet.path).read_bytes()
    assert snippet.file_sha256 == sha256(data)
    assert data.split(b"\n")[snippet.text_line - 1 :] == [*f"{text}\ntrue".encode().split(b"\n"), b""]


def test_only_one_newline_at_the_end_is_not_part_of_the_text(tmp_path: Path) -> None:
    assert parse(tmp_path, GOOD, "true\n\n").text == "true\n\n"
    assert (
        parse_bytes(tmp_path, f"# /// snippet\n# {GOOD.replace(chr(10), chr(10) + '# ')}\n# ///\ntrue".encode()).text
        == "true"
    )


def test_a_file_with_carriage_returns_is_read_and_keeps_them(tmp_path: Path) -> None:
    header = "".join(f"# {line}\r\n" for line in GOOD.splitlines())
    snippet = parse_bytes(tmp_path, f"# /// snippet\r\n{header}# ///\r\na\r\nb\r\n".encode())
    assert snippet.text == "a\r\nb\r"


def test_each_kind_has_its_own_comment(tmp_path: Path) -> None:
    header = GOOD.replace('kind = "shell"\n', "")
    assert parse(tmp_path, header, "SELECT 1", name="shop/rows.sql", comment="--").kind is Kind.SQL
    assert parse(tmp_path, header, name="shop/up.promql").kind is Kind.PROMQL
    assert parse(tmp_path, header, name="shop/say.chat").kind is Kind.CHAT


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"true\n", ":1: the file does not begin with a header"),
        (b"", ":1: the file does not begin with a header"),
        (b"#!/bin/sh\n# /// snippet\n# ///\ntrue\n", ":1: the file does not begin"),
        (b"# /// snippet\n# a = 1\n", ":1: the header is never closed"),
        (b"# /// snippet\n# a = 1\ntrue\n# ///\n", ":3: the header is not closed above"),
        (b"# /// snippet\n#a = 1\n# ///\ntrue\n", ":2: the header is not closed above"),
        (b"# /// snippet\n# ///\n", ":2: there is no command"),
        (b"# /// snippet\n# ///\n\n  \n", ":2: there is no command"),
        (b"# /// snippet\n# ///\n# x\n# ///\ntrue", ":2: the header is closed twice"),
        (b"# /// snippet\n# a = 1\n# b = = 2\n# ///\ntrue\n", ":3: the header is not valid TOML"),
        (b"# /// snippet\n# a = 1\n# a = 2\n# ///\ntrue\n", ":3: the header is not valid TOML"),
        (b'# /// snippet\n# a = """\n# ///\ntrue\n', ":3: the header is not valid TOML"),
        (b"# /// snippet\n# ///\necho \xff\n", ":3: byte 0xff is not valid UTF-8"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(DrillbookError) as caught:
        parse_bytes(tmp_path, data)
    assert f"snippets/shop/look.sh{said}" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (GOOD.replace("title", "titel"), ":2: there is no key 'titel'. Did you mean 'title'?"),
        (GOOD.replace("title", "titel"), ":1: 'title' is missing"),
        (GOOD.replace('"Look"', "1"), ":2: 'title' is 1. Write a string"),
        (GOOD.replace('"Look"', '" "'), ":2: 'title' is empty"),
        (GOOD.replace('"app"', '""'), ":3: 'host' is empty"),
        (GOOD.replace('"shell"', '"shel"'), ":4: 'kind' is 'shel'. Did you mean 'shell'?"),
        (GOOD.replace('"shell"', '"sql"'), ":4: 'kind' is 'sql' in a shell file"),
        (GOOD.replace("read-only", "readonly"), ":5: 'risk' is 'readonly'. Did you mean 'read-only'?"),
        (GOOD.replace('control = "stopped"\n', ""), "it has no control"),
        (GOOD.replace('"stopped"', '{ none = "" }'), ":6: 'control' has no reason"),
        (GOOD.replace('"stopped"', '{ non = "x" }'), ":6: there is no key 'control.non'. Did you mean 'none'?"),
        (GOOD.replace('silent = "it says nothing"\n', ""), "it expects nothing about its output"),
        (GOOD.replace('"it says nothing"', '" "'), "it expects nothing about its output"),
        (GOOD + 'changes = ["units"]\n', ":8: a read-only snippet changes nothing"),
        (CHANGING.replace('changes = ["units"]\n', ""), ":5: 'changes' does not say what it changes"),
        (CHANGING.replace('undo = "shop/back"\n', ""), ":5: it has no undo"),
        (CHANGING.replace('["units"]', "[1]"), ":6: 'changes' is [1]. Write a list of strings"),
        (GOOD + "timeout = 0\n", ":8: the time limit is 0.0"),
        (GOOD + "timeout = true\n", ":8: 'timeout' is True. Write a number"),
        (GOOD + "timeout = inf\n", ":8: 'timeout' is inf. Write a number"),
        (GOOD + "status = []\n", ":8: 'status' is []"),
        (GOOD + "status = [256]\n", ":8: 'status' is [256]"),
        (GOOD + "status = [true]\n", ":8: 'status' is [True]"),
        (GOOD + '[inputs.incident]\nmeaning = "m"\nsandbox = "s"\n', ":8: 'incident' is not a valid name for an input"),
        (GOOD + '[inputs.INCIDENT]\nmeaning = "m"\n', ":8: 'inputs.INCIDENT.sandbox' is missing"),
        (GOOD + '[inputs]\nINCIDENT = "m"\n', ":9: input INCIDENT is 'm'"),
        (GOOD + '[[allow]]\nline = 2\nstatus = [1]\nreason = "r"\n', ":9: the text has no line 2"),
        (GOOD + '[[allow]]\nline = 1\nstatus = [1]\nreason = ""\n', ":11: the reason is empty"),
        (GOOD + "[[allow]]\nline = 1\nstatus = [1]\n", ":8: 'allow.0.reason' is missing"),
        (GOOD + "[stream]\nwithin = 5\n", ":8: a stream must show something"),
        (GOOD + '[stream]\nwithin = 0\n[[expect]]\ncontains = "x"\n', ":9: a stream has 0 seconds"),
        (GOOD + '[skip]\nreason = "r"\nowner = "o"\n', ":8: 'skip.expires' is missing"),
        (GOOD + '[skip]\nreason = "r"\nowner = ""\nexpires = 2027-01-01\n', ":10: 'skip.owner' is empty"),
        (GOOD + '[skip]\nreason = "r"\nowner = "o"\nexpires = "2027"\n', ":11: 'skip.expires' is '2027'. Write a date"),
        (
            GOOD + '[skip]\nreason = "r"\nowner = "o"\nexpires = 2027-01-01T00:00:00\n',
            ":11: 'skip.expires' is datetime",
        ),
        (GOOD + '[[expect]]\nof = "stdout"\n', ":8: an expectation has no rule. Write exactly one"),
        (
            GOOD + '[[expect]]\nequals = "a"\ncontains = "b"\n',
            ":8: an expectation has the rules equals and contains. Write",
        ),
        (GOOD + '[[expect]]\ncontains = "a"\n[[expect]]\ncontain = "b"\n', ":11: there is no key 'expect.1.contain'"),
        (GOOD + '[[expect]]\nof = "stdot"\ncontains = "b"\n', ":9: 'expect.0.of' is 'stdot'. Did you mean 'stdout'?"),
        (GOOD + '[[expect]]\ncontains = ""\n', ":9: 'contains' is empty"),
        (GOOD + '[[expect]]\nlacks = ""\n', ":9: 'lacks' is empty"),
        (GOOD + '[stream]\nwithin = 5\n[[expect]]\nlacks = "a"\n', ":8: a stream must show something"),
        (GOOD + '[[expect]]\nmatches = "a*"\n', ":9: 'a*' also matches empty output"),
        (GOOD + '[[expect]]\nmatches = "("\n', ":9: '(' is not a valid regular expression"),
        (GOOD + "[[expect]]\nlines = {}\n", ":9: 'lines' has no bound"),
        (GOOD + "[[expect]]\nlines = { min = 0 }\n", ":9: 'lines' has no bound"),
        (GOOD + '[[expect]]\nequals = "[…]"\n', ":9: '[…]' accepts any output"),
        (GOOD + "[[expect]]\nlines = { mn = 1 }\n", ":9: there is no key 'expect.0.lines.mn'. Did you mean 'min'?"),
        (GOOD + "[[expect]]\ncolumns = []\n", ":9: 'columns' is empty"),
        (GOOD + "[[expect]]\nnumber = { pattern = 'x', min = 1 }\n", ":9: 'x' has no group"),
        (GOOD + "[[expect]]\nnumber = { pattern = '(x)' }\n", ":9: 'number' has no bound"),
        (GOOD + "[[expect]]\nnumber = { min = 1 }\n", ":9: 'expect.0.number.pattern' is missing"),
        (GOOD + "paste = false\n", ":8: it has no reason"),
        (GOOD + 'paste = false\npaste_reason = " "\n', ":8: it has no reason"),
        (GOOD + 'paste_reason = "r"\n', ":8: it would be pasted anyway"),
        (GOOD + '[alias.look]\ncontains = "a"\n', ":8: the text defines no alias look"),
        (GOOD + "[alias.look]\n", ":8: an expectation has no rule. Write exactly one"),
        (GOOD + '[alias]\nlook = "a"\n', ":8: 'alias.look' is 'a'. Write a table"),
        (GOOD + "expect = [1]\n", ":8: 'expect' contains 1. Write [[expect]]"),
        (GOOD + "allow = [1]\n", ":8: 'allow' contains 1. Write [[allow]]"),
    ],
)
def test_what_is_wrong_in_a_header_is_told_with_its_line(tmp_path: Path, header: str, said: str) -> None:
    problems = fail(tmp_path, header)
    assert any(said in problem for problem in problems), problems


ALIASES = "alias look='ls'\n  alias va-follow='ls'"


def test_aliases_have_one_rule_each(tmp_path: Path) -> None:
    header = GOOD + '[alias.look]\ncontains = "a"\n[alias.va-follow]\nwithin = 2\nmatches = "b"\n'
    look, follow = parse(tmp_path, header, ALIASES).aliases
    assert (look.name, look.expectation.rule, look.stream_within) == ("look", Contains(text="a"), None)
    assert (follow.name, follow.expectation.rule, follow.stream_within) == ("va-follow", Matches(pattern="b"), 2)


def test_an_alias_without_a_rule_is_refused(tmp_path: Path) -> None:
    (problem,) = fail(tmp_path, GOOD + '[alias.look]\ncontains = "a"\n', ALIASES)
    assert "nothing says what the alias va-follow prints" in problem


def test_aliases_must_be_pasted(tmp_path: Path) -> None:
    header = GOOD + 'paste = false\npaste_reason = "r"\n[alias.look]\ncontains = "a"\n'
    (problem,) = fail(tmp_path, header, "alias look='ls'")
    assert "aliases are tested by typing them" in problem


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    assert len(fail(tmp_path, GOOD.replace("title", "titel").replace("read-only", "red").replace('"app"', "1"))) == 4


@pytest.mark.parametrize("name", ["shop/Look.sh", "shop/look it.sh", "shop/look_it.sh", "Shop/look.sh"])
def test_a_name_that_is_no_id_is_refused(tmp_path: Path, name: str) -> None:
    assert "is not a valid id" in fail(tmp_path, GOOD, name=name)[0]


def test_a_skipped_snippet_needs_neither_expectation_nor_control(tmp_path: Path) -> None:
    header = 'title = "T"\nhost = "app"\nrisk = "read-only"\n[skip]\nreason = "r"\nowner = "o"\nexpires = 2027-01-01\n'
    assert parse(tmp_path, header).skip is not None


def test_there_may_be_no_undo_and_no_control_for_a_reason(tmp_path: Path) -> None:
    assert parse(tmp_path, CHANGING.replace('"shop/back"', '{ none = "gone" }')).undo == Waiver(reason="gone")
    assert parse(tmp_path, GOOD.replace('"stopped"', '{ none = "why" }')).control == Waiver(reason="why")


def test_every_rule_is_read(tmp_path: Path) -> None:
    rules = [
        ('equals = "a\\n"', Equals(text="a\n")),
        ('equals = ""', Equals(text="")),
        ('contains = "a"', Contains(text="a")),
        ('lacks = "a"', Lacks(text="a")),
        ("matches = '^a+$'", Matches(pattern="^a+$")),
        ("json = { a = [1, { b = true }] }", JsonSubset(value={"a": [1, {"b": True}]})),
        ("json = false", JsonSubset(value=False)),
        ('json_schema = { required = ["a"] }', JsonSchema(schema={"required": ["a"]})),
        ("lines = { min = 1, max = 2 }", Lines(minimum=1, maximum=2)),
        ('columns = ["Name", "State"]', Columns(names=("Name", "State"))),
        ("number = { pattern = '(\\d+)', max = 5 }", Number(pattern=r"(\d+)", maximum=5)),
    ]
    header = GOOD + "".join(f"[[expect]]\n{source}\n" for source, _ in rules)
    assert [one.rule for one in parse(tmp_path, header).expectations] == [rule for _, rule in rules]
