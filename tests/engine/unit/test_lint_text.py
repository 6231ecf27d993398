# ruff: noqa: RUF001 - the characters that are looked for have to be written down
from __future__ import annotations

import pytest

from drillbook.core.model import Kind
from tests.engine.unit.linting import Lint, expect_one


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("echo a\u200bb", "ZERO WIDTH SPACE"),
        ("echo a # \u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ("\ufeffecho a", "ZERO WIDTH NO-BREAK SPACE"),
        ("echo\u00a0a", "NO-BREAK SPACE"),
        ("echo so\u00adft", "SOFT HYPHEN"),
        ("echo “a", "LEFT DOUBLE QUOTATION MARK"),
        ("echo it’s", "RIGHT SINGLE QUOTATION MARK"),
        ("docker ps –a", "EN DASH"),
        ("docker ps —all", "EM DASH"),
        ("ls −l", "MINUS SIGN"),
        ("echo ａ", "FULLWIDTH"),
        ("сurl localhost", "CYRILLIC SMALL LETTER ES"),
        ("echo Αlpha", "GREEK CAPITAL LETTER ALPHA"),
        ("рѕ", "CYRILLIC"),
    ],
)
def test_a_character_that_is_not_what_it_seems_is_named(lint: Lint, text: str, fragment: str) -> None:
    expect_one(lint(f"true\n{text}"), fragment, line=2)


@pytest.mark.parametrize(
    "text",
    ["echo 'ж — привет'", "echo 'grün ✓ 🔴'", "echo '👩\u200d💻'", "# it’s – well – fine", "echo 10µs", "echo 'a – b'"],
)
def test_characters_that_deceive_nobody_are_fine(lint: Lint, text: str) -> None:
    assert lint(text) == []


def test_characters_are_looked_at_in_every_kind(lint: Lint) -> None:
    expect_one(lint("SELECT\u00a01", kind=Kind.SQL), "NO-BREAK SPACE", line=1)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("echo a \\ \necho b", "space follows the backslash"),
        ("$ docker ps", "prompt"),
        ("ops@app:~$ docker ps", "prompt"),
        ("[root@app ~]# docker ps", "prompt"),
        ("# docker compose restart", "turns this command into a comment"),
        ("# systemctl restart nginx", "turns this command into a comment"),
        ("  # curl -s http://localhost:8000/", "turns this command into a comment"),
        ("# rm -rf /tmp/x", "turns this command into a comment"),
        ("# sudo kubectl get pods", "turns this command into a comment"),
        ("if true; then\n\ttrue\nfi", "a tab"),
    ],
)
def test_a_line_that_a_terminal_takes_otherwise_is_named(lint: Lint, text: str, fragment: str) -> None:
    assert any(fragment in problem.text for problem in lint(text)), lint(text)


def test_a_carriage_return_is_named_with_its_line(lint: Lint) -> None:
    assert [p.location.line for p in lint("true\ntrue\r\ntrue") if "carriage return" in p.text] == [12]


@pytest.mark.parametrize(
    "text",
    [
        "echo a \\\n  b",
        "cat <<EOF\n$ docker ps\nEOF",
        "echo 'one\n$ two'",
        "echo $HOME",
        "true # docker ps",
        "# docker compose restarts every service.",
        "# Restart all services",
        "# git log shows who changed what",
        "# find the container first",
        "# curl fails while the service is down",
        "# 1. watch the log",
    ],
)
def test_a_line_that_a_terminal_takes_as_meant_is_fine(lint: Lint, text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "kubectl logs <pod>",
        "kubectl logs <pod-name>",
        "echo '<your name>'",
        "echo '[TIME]'",
        "echo '[X hours]'",
        "echo '[Name]'",
        "echo '[Brief description]'",
        "curl -fH 'Authorization: YOUR_TOKEN' localhost",
        "export A=CHANGEME",
    ],
)
def test_a_placeholder_that_is_no_input_is_named(lint: Lint, text: str) -> None:
    expect_one(lint(text), "placeholder", line=1)


@pytest.mark.parametrize(
    "text",
    [
        "grep -E '[A-Z]+|[A-Z0-9]' /etc/hosts",
        "grep -c '[Ee]rror' /etc/hosts",
        "grep -F '[ERROR]' /etc/hosts",
        "cat </etc/hosts >/dev/null",
        "sort <in 2>err",
        'declare -A A=([ONE]=1)\necho "${A[ONE]}"',
        "[ -f /etc/hosts ]",
        "grep -P '(?<year>[0-9]+)' /etc/hosts",
        "cat <<EOF\n# see the [NOTE:1]\nEOF",
        "# pass the <name>",
        "grep '<b>.*</b>' /etc/hosts",
        "cat <<EOF >/tmp/a\na\nEOF",
    ],
)
def test_brackets_that_are_no_placeholder_are_fine(lint: Lint, text: str) -> None:
    assert [problem for problem in lint(text) if "placeholder" in problem.text] == []


@pytest.mark.parametrize(("text", "said"), [("SELECT\t1", "a tab"), ("SELECT 1\r\n;", "a carriage return")])
def test_what_a_terminal_takes_otherwise_is_named_in_each_kind(lint: Lint, text: str, said: str) -> None:
    assert [said in problem.text for problem in lint(text, kind=Kind.SQL)] == [True]
