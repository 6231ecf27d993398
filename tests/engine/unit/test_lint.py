from __future__ import annotations

from collections.abc import Callable

import pytest

from drillbook.core.model import Input, Kind, Rendered
from drillbook.core.rules import Channel, Contains, Expectation
from drillbook.lint.snippet import lint_all, run_shellcheck
from tests.engine.unit.linting import Lint, expect_one

INCIDENT = Input(name="INCIDENT", meaning="the incident's number", sandbox="INC-42")
ONE = (Expectation(channel=Channel.STDOUT, rule=Contains(text="x")),)
TWO = (*ONE, Expectation(channel=Channel.STDOUT, rule=Contains(text="y")))


def test_blanks_of_a_chat_command_are_its_inputs(lint: Lint) -> None:
    inputs = (INCIDENT,)
    assert lint("/close [[INCIDENT]]", kind=Kind.CHAT, inputs=inputs) == []
    expect_one(lint("/close [[INCIDENTS]] [[INCIDENT]]", kind=Kind.CHAT, inputs=inputs), "Did you mean 'INCIDENT'?", 1)
    expect_one(lint("/close it", kind=Kind.CHAT, inputs=inputs), "is declared but has no blank", 1)
    expect_one(lint("/close <number> [[INCIDENT]]", kind=Kind.CHAT, inputs=inputs), "placeholder", 1)


def test_an_input_that_is_not_quoted_is_named(lint: Lint) -> None:
    expect_one(lint("true\necho ${INCIDENT:?set it first}", inputs=(INCIDENT,)), "not quoted", line=2)


@pytest.mark.parametrize(
    "text",
    [
        'echo "${INCIDENT:?set it first}"',
        'a=${INCIDENT:?set it first}\necho "$a"',
        "[[ ${INCIDENT:?set it first} == x ]]",
        "cat <<EOF\n${INCIDENT:?set it first}\nEOF",
        'cat <<<"${INCIDENT:?set it first}"',
    ],
)
def test_an_input_that_no_shell_splits_is_fine(lint: Lint, text: str) -> None:
    assert lint(text, inputs=(INCIDENT,)) == []


def test_an_input_that_is_used_has_to_be_declared(lint: Lint) -> None:
    expect_one(lint('echo "${INCIDENT:?set it first}"'), "not declared", line=1)


def test_a_variable_of_the_text_is_no_input(lint: Lint) -> None:
    assert lint('A=$(hostname)\necho "${A:?no name}"') == []


def test_an_input_that_is_declared_has_to_be_used(lint: Lint) -> None:
    expect_one(lint("true", inputs=(INCIDENT,)), "declared but not used", line=1)


def test_an_input_that_may_be_unset_is_named(lint: Lint) -> None:
    expect_one(lint('true\necho "$INCIDENT"', inputs=(INCIDENT,)), "may be unset", line=2)


@pytest.mark.parametrize(
    "command",
    [
        "ssh app uptime",
        "ssh -i key app 'uptime'",
        "docker compose exec -T postgres pg_isready",
        "docker exec -i db psql -c 'SELECT 1'",
        "kubectl exec -n shop pod -i -- cat",
        "psql -P pager=off",
        "cat",
        "read -r name",
        "if true; then ssh app uptime; fi",
    ],
)
def test_a_command_that_swallows_the_lines_behind_it_is_named(lint: Lint, command: str) -> None:
    expect_one(lint(f"{command}\ntrue"), "swallows", line=1)
    assert lint(command) == []


@pytest.mark.parametrize(
    "command",
    [
        "ssh -n app uptime",
        "ssh -i key -n app uptime",
        "ssh app uptime </dev/null",
        "docker compose exec -T postgres pg_isready </dev/null",
        "docker exec db pg_isready",
        "echo x | ssh app uptime",
        "ssh app bash <<EOF\ntrue\nEOF",
        "cat <<<a",
        "{ ssh app uptime; } </dev/null",
        "cat /etc/hosts",
        "psql -P pager=off -c 'SELECT 1'",
        "docker compose run -d worker",
    ],
)
def test_a_command_with_an_input_of_its_own_is_fine(lint: Lint, command: str) -> None:
    assert lint(f"{command}\ntrue") == []


def test_what_follows_on_the_same_line_is_not_swallowed(lint: Lint) -> None:
    assert lint("ssh app uptime; true") == []


def test_exec_of_compose_without_its_option_is_named(lint: Lint) -> None:
    expect_one(
        lint("docker compose exec redis redis-cli ping"), "wants a terminal. Write `docker compose exec -T`", line=1
    )
    assert lint("docker compose -p x exec -T redis redis-cli ping") == []
    assert lint("docker compose exec redis redis-cli monitor", stream_within=5.0) == []


@pytest.mark.parametrize(
    ("paging", "plain"),
    [
        ("psql -c 'SELECT 1'", "psql -P pager=off -c 'SELECT 1'"),
        ("psql -c 'SELECT 1'", "psql --pset=pager=off -c 'SELECT 1'"),
        ("psql -c 'SELECT 1'", "psql -c 'SELECT 1' | cat"),
        ("psql -c 'SELECT 1'", "docker compose exec -T postgres psql -c 'SELECT 1'"),
        ("systemctl status nginx", "systemctl --no-pager status nginx"),
        ("systemctl status nginx", "systemctl restart nginx"),
        ("journalctl -u nginx", "journalctl --no-pager -u nginx"),
        ("journalctl -u nginx", "journalctl -u nginx >/tmp/log"),
        ("git log -5", "git --no-pager log -5"),
        ("git diff", 'echo "$(git diff)"'),
        ("git show", "git status"),
        ("less /etc/hosts", "cat /etc/hosts"),
    ],
)
def test_a_command_that_opens_a_pager_is_named(lint: Lint, paging: str, plain: str) -> None:
    assert len(lint(paging)) == 1
    assert lint(plain) == []


@pytest.mark.parametrize(
    "text",
    [
        "ssh app 'cd /srv; ls'",
        "sh -c 'false && true'",
        'ssh app "cd /srv\nls"',
        "docker exec app sh -c 'a; b'",
        "bash -ec 'a\nb' name",
        "bash -o pipefail -c 'a; b'",
        "docker exec app /bin/sh -c 'a; b'",
    ],
)
def test_a_quoted_script_of_several_commands_needs_as_many_expectations(lint: Lint, text: str) -> None:
    expect_one(lint(text, expectations=ONE), "quoted script has 2 commands", line=1)
    expect_one(lint(text, expectations=ONE * 2), "quoted script has 2 commands", line=1)
    assert lint(text, expectations=TWO) == []


@pytest.mark.parametrize("text", ["ssh app 'ls'", "ssh app ls", "sh -c 'ls'", "echo 'a; b'"])
def test_a_quoted_script_of_one_command_is_fine(lint: Lint, text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize(
    "command",
    [
        "ssh app",
        "ssh -p 22 app 'bash -s'",
        "ssh app bash -s -- x",
        "docker compose exec -T db sh",
        "kubectl exec -i db -- /bin/sh -s",
        "sudo -u postgres bash",
        "sh",
    ],
)
def test_a_script_that_another_shell_reads_must_stop_at_a_failure(lint: Lint, command: str) -> None:
    expect_one(lint(f"{command} <<'END'\nls\npwd\nEND", expectations=ONE), "here-document has 2 statements", line=1)
    assert lint(f"{command} <<'END'\nls\npwd\nEND", expectations=TWO) == []
    assert lint(f"{command} <<'END'\nset -euo pipefail\nls\npwd\nEND", expectations=ONE) == []
    assert lint(f"{command} <<'END'\nls\nEND", expectations=ONE) == []
    expect_one(lint(f"cat script | {command}", expectations=TWO), "reads its script from a pipe", line=1)


@pytest.mark.parametrize(
    "text", ["bash <<'END'\nls\npwd\nEND", "ls | grep sh", "ls | ssh app cat", "ls | sudo tee list"]
)
def test_a_script_of_ones_own_shell_is_seen_and_other_input_is_none(lint: Lint, text: str) -> None:
    assert lint(text, expectations=ONE) == []


def test_text_that_is_not_shell_is_named(lint: Lint) -> None:
    assert any("the shell cannot parse this" in problem.text for problem in lint("if true; then"))


def test_shell_lint_leaves_other_kinds_alone(lint: Lint) -> None:
    assert lint("$ SELECT 1; psql", kind=Kind.SQL) == []


def test_shellcheck_reads_all_snippets_in_one_go(make: Callable[..., Rendered]) -> None:
    good, bad = make("true"), make("true\nfor f in $(ls); do rm $f; done")
    sql = make("SELECT $x", kind=Kind.SQL)
    found = run_shellcheck([good, bad, sql, bad])
    assert {problem.location.line for problem in found} == {12}
    assert any("SC2086" in problem.text for problem in found)
    assert run_shellcheck([good]) == []
    assert run_shellcheck([]) == []


def test_all_findings_come_once_though_there_are_several_environments(make: Callable[..., Rendered]) -> None:
    one = make("echo $1\nless x", inputs=())
    found = lint_all([one, one])
    assert len(found) == len(set(found))
    assert any("ShellCheck" in problem.text for problem in found)
    assert any("less" in problem.text for problem in found)
