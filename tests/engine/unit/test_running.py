from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import SetupError
from drillbook.core.model import Input, Kind, Rendered, Status, Step
from drillbook.core.rules import Channel, Contains, Equals, Expectation, Lacks, Rule
from drillbook.sandbox.session import Session
from drillbook.verify.checking import check
from drillbook.verify.running import read_trace, run_snippet
from drillbook.verify.screen import Screen

Make = Callable[..., Rendered]


def stdout(rule: Rule) -> list[Expectation]:
    return [Expectation(channel=Channel.STDOUT, rule=rule)]


def test_an_execution_says_what_the_snippet_did(session: Session, make: Make) -> None:
    rendered = make("echo out\necho err >&2\ntrue | false | true\nexit 3")
    execution = run_snippet(rendered, session=session)
    assert (execution.returncode, execution.stdout, execution.stderr) == (3, "out\n", "err\n")
    assert execution.sha256 == rendered.sha256
    assert execution.steps == (Step(line=3, statuses=(0, 1, 0), main=True),)
    assert execution.lines_started == {1, 2, 3, 4}
    assert execution.ended
    assert 0 < execution.seconds < 60
    assert (execution.shown, execution.stopped) == (None, None)


def test_it_runs_where_the_reader_stands(session: Session, make: Make, tmp_path: Path) -> None:
    assert run_snippet(make("pwd"), session=session).stdout == f"{tmp_path}\n"


def test_inputs_are_exported_those_of_prerequisites_too(session: Session, make: Make, tmp_path: Path) -> None:
    home = Input(name="HOME", meaning="a home", sandbox=str(tmp_path))
    before = make(":", inputs=(home, Input(name="NAME", meaning="a name", sandbox="a b")))
    rendered = make('printenv NAME INCIDENT; echo "${INCIDENT:?set it first}"')
    rendered = dataclasses.replace(
        rendered,
        snippet=dataclasses.replace(
            rendered.snippet, inputs=(home, Input(name="INCIDENT", meaning="a number", sandbox="INC-42"))
        ),
    )
    assert run_snippet(rendered, session=session, prerequisites=[before]).stdout == "a b\nINC-42\nINC-42\n"


def test_the_state_is_measured_before_and_after(session: Session, make: Make, tmp_path: Path) -> None:
    def measure() -> dict[str, str]:
        return session.probe({"files": f"ls {tmp_path}"})

    execution = run_snippet(make("touch made"), session=session, measure=measure)
    assert (execution.before, execution.after) == ({"files": ""}, {"files": "made\n"})


def test_a_probe_that_fails_is_no_verdict(session: Session, make: Make) -> None:
    with pytest.raises(SetupError):
        run_snippet(make("true"), session=session, measure=lambda: session.probe({"bad": "exit 1"}))


def test_a_text_of_another_kind_is_given_to_its_command_with_its_blanks_filled_in(session: Session, make: Make) -> None:
    name = Input(name="NAME", meaning="your name", sandbox="Ada & Grace")
    rendered = make("ACK [[NAME]] $(date)", kind=Kind.CHAT, inputs=(name,), expectations=stdout(Contains(text="Ada")))
    execution = run_snippet(rendered, session=session, command="cat; echo; false | true")
    assert execution.stdout == "ACK Ada & Grace $(date)\n"
    assert execution.sha256 == rendered.sha256
    assert check(rendered, execution).status is Status.PASSED


def test_a_text_of_another_kind_that_its_command_refuses_is_red(session: Session, make: Make) -> None:
    rendered = make("ACK", kind=Kind.CHAT, expectations=stdout(Contains(text="ACK")))
    execution = run_snippet(rendered, session=session, command="cat; exit 3")
    assert any("exit code 3" in problem for problem in check(rendered, execution).problems)


def stream(session: Session, make: Make, text: str, rule: Rule, **more: Any) -> tuple[Rendered, Any]:
    declared = {"stream_within": 3.0, "statuses": (0, 130), "expectations": stdout(rule)} | more
    rendered = make(text, **declared)
    return rendered, run_snippet(rendered, session=session)


TICKS = "i=0\nwhile true; do\n  echo tick $((i++))\n  sleep 0.02\ndone"


def test_a_stream_shows_what_is_expected_and_stops(session: Session, make: Make) -> None:
    rendered, execution = stream(session, make, TICKS, Contains(text="tick 3"))
    assert (execution.shown, execution.stopped, execution.timed_out) == (True, True, False)
    assert execution.stdout.startswith("tick 0\ntick 1\n")
    assert check(rendered, execution).problems == ()


def test_a_stream_that_follows_a_file_stops(session: Session, make: Make, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("status=200\n")
    rendered, execution = stream(session, make, "tail -n 1 -f log | grep --line-buffered 200", Contains(text="200"))
    assert check(rendered, execution).problems == ()


def test_watch_paints_a_screen_that_is_read(session: Session, make: Make) -> None:
    rendered, execution = stream(session, make, "watch -n 1 'echo painted; seq 3'", Contains(text="painted\n1\n2\n3"))
    assert check(rendered, execution).problems == ()
    assert "\x1b" not in execution.stdout


def test_a_stream_that_shows_something_else_fails(session: Session, make: Make) -> None:
    rendered, execution = stream(session, make, TICKS, Contains(text="tock"), stream_within=0.2)
    assert (execution.shown, execution.stopped) == (False, True)
    assert any("did not show what is expected within 0.2 s" in p for p in check(rendered, execution).problems)


def test_a_stream_that_ends_by_itself_fails(session: Session, make: Make) -> None:
    # Ctrl-C must not meet it on its way out.
    rendered, execution = stream(session, make, "echo tick; sleep 0.05", Contains(text="tick"))
    assert any("ended by itself with exit code 0" in p for p in check(rendered, execution).problems)


def test_a_stream_that_will_not_stop_is_killed_and_fails(session: Session, make: Make) -> None:
    text = "trap '' INT\necho tick\nsleep 300"
    rendered, execution = stream(session, make, text, Contains(text="tick"))
    assert (execution.shown, execution.stopped, execution.timed_out) == (True, False, True)
    assert any("did not end within five seconds after Ctrl-C" in p for p in check(rendered, execution).problems)


def test_a_stream_that_floods_its_screen_is_over_in_time(session: Session, make: Make) -> None:
    started = time.monotonic()
    rendered, execution = stream(session, make, "yes", Contains(text="never"), stream_within=0.5)
    assert time.monotonic() - started < 60
    assert any("did not show what is expected" in p for p in check(rendered, execution).problems)


def test_a_stream_whose_command_is_missing_fails(session: Session, make: Make) -> None:
    rendered, execution = stream(session, make, "drillbook-no-such-command -f", Lacks(text="error"), stream_within=0.5)
    assert check(rendered, execution).status is Status.FAILED


def test_a_screen_keeps_what_scrolls_away_and_forgets_what_is_painted_over() -> None:
    screen = Screen()
    for number in range(120):
        screen.feed(f"line {number}\r\n".encode())
    assert screen.text == "".join(f"line {number}\n" for number in range(120))
    screen = Screen()
    screen.feed(b"\x1b[2J\x1b[Hold text\x1b[Hnew\x1b[K\r\n\x1b[1mbold\x1b[0m   ")
    assert screen.text == "new\nbold\n"
    assert Screen().text == ""


def test_a_screen_reads_letters_that_are_cut_in_two() -> None:
    screen = Screen()
    for byte in "naïve 日本".encode():
        screen.feed(bytes([byte]))
    assert check_text(screen.text, Equals(text="naïve 日本"))


def check_text(text: str, rule: Equals) -> bool:
    return text.rstrip("\n") == rule.text


def test_a_trace_that_was_cut_short_is_remarked() -> None:
    assert read_trace("B 1\n", complete=False).remarks == ("it ran more commands than can be traced",)
    assert not read_trace("B 1\n").ended


@pytest.fixture
def with_logout(make: Make, tmp_path: Path) -> Make:
    """Make snippets whose reader has a logout file that fails, as Debian's does where there is no terminal."""
    (tmp_path / ".bash_logout").write_text("if true; then\n  [ -x /no ] && /no\nfi\nfalse | true\n", encoding="utf-8")
    return make


@pytest.mark.parametrize("text", ["echo a\nexit 0", "echo a; exit", "if true; then\n  echo a\n  exit 0\nfi"])
def test_a_logout_file_is_not_of_the_text(session: Session, with_logout: Make, text: str) -> None:
    rendered = with_logout(text, expectations=stdout(Equals(text="a\n")))
    execution = run_snippet(rendered, session=session)
    assert (execution.returncode, execution.steps, execution.ended) == (0, (), True)
    assert check(rendered, execution).status is Status.PASSED


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("false\nexit 0", [(1, (1,))]),
        ("true | false | true\nexit", [(1, (0, 1, 0))]),
        ("source ~/.bash_logout\nexit 0", [(1, (1,)), (1, (1, 0))]),
        ("true\n(exit 3)\nexit 0", [(2, (3,))]),
    ],
)
def test_a_logout_file_hides_nothing(session: Session, with_logout: Make, text: str, steps: list[Any]) -> None:
    execution = run_snippet(with_logout(text), session=session)
    assert [(step.line, step.statuses) for step in execution.steps] == steps
