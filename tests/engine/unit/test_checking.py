from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import pytest

from drillbook.core.model import Allowance, Execution, Rendered, Risk, Status, Step, sha256
from drillbook.core.rules import (
    Channel,
    Columns,
    Contains,
    Equals,
    Expectation,
    JsonSchema,
    JsonSubset,
    Lacks,
    Lines,
    Matches,
    Number,
    Rule,
)
from drillbook.verify.checking import check, unmet

Make = Callable[..., Rendered]
TEXT = "echo one\necho two |\n  grep three\necho end"


def done(text: str = TEXT, **did: Any) -> Execution:
    started = frozenset(range(1, text.count("\n") + 2))
    return Execution(
        **{
            "sha256": sha256(text),
            "returncode": 0,
            "stdout": "out\n",
            "stderr": "",
            "seconds": 0.1,
            "lines_started": started,
            **did,
        }
    )


def problems(rendered: Rendered, **did: Any) -> tuple[str, ...]:
    verdict = check(rendered, done(rendered.text, **did))
    assert (verdict.status is Status.PASSED) == (not verdict.problems)
    return verdict.problems


def test_a_clean_run_passes(make: Make) -> None:
    assert problems(make(TEXT)) == ()


@pytest.mark.parametrize(
    ("did", "words"),
    [
        ({"sha256": "0" * 64}, "it.sh:11: the shell ran a file with SHA-256 0000"),
        ({"returncode": 1}, "it ended with exit code 1. Expected 0"),
        ({"timed_out": True, "lines_started": frozenset({1, 2})}, "it.sh:12: it did not end within 5 s"),
        ({"capped": True}, "printed more than is kept"),
        ({"ended": False}, "its end was not seen"),
        ({"leftovers": ("17 sleep 9",)}, "left a process behind: 17 sleep 9"),
        ({"remarks": ("it did something odd",)}, "it did something odd"),
        ({"lines_started": frozenset({1, 2})}, "it.sh:14: `echo end` never started"),
        ({"lines_started": frozenset()}, r"`echo one` never started \(lines 1, 2, 4\)"),
        ({"steps": (Step(line=3, statuses=(0, 1), main=True),)}, r"it.sh:13: .* exit codes 0 1 in `grep three`"),
        ({"steps": (Step(line=4, statuses=(1,), main=False),)}, r"it.sh:14: a command ended with exit code 1"),
        ({"steps": (Step(line=2, statuses=(141, 0), main=True),)}, "cut off while it printed"),
        ({"stderr": "/run/x/snippet: line 4: X: unbound variable\n"}, "it.sh:14: the variable X is not set"),
        ({"before": {"files": "a\nb\n"}, "after": {"files": "a\nc\n"}}, r"probe 'files' differs:(\n.*)+-b\n.*\+c"),
        ({"before": {"files": "a"}, "after": {}}, "probe 'files' differs"),
    ],
)
def test_each_of_these_is_a_problem(did: dict[str, Any], words: str, make: Make) -> None:
    found = problems(make(TEXT), **did)
    assert len(found) == 1, found
    assert pytest.RaisesExc(AssertionError, match=words).matches(AssertionError(found[0])), found[0]


def test_the_errors_are_shown_with_the_step_that_failed(make: Make) -> None:
    step = Step(line=1, statuses=(1,), main=True)
    assert "connection refused" in problems(make(TEXT), steps=(step,), stderr="curl: connection refused\n")[0]


def test_a_step_that_failed_twice_alike_is_told_once(make: Make) -> None:
    steps = (Step(line=1, statuses=(1,), main=True), Step(line=1, statuses=(1,), main=False))
    assert len(problems(make(TEXT), steps=steps)) == 1


def test_a_declared_status_is_the_only_one_that_will_do(make: Make) -> None:
    rendered = make("grep x file", statuses=(1,))
    assert problems(rendered, returncode=1, steps=(Step(line=1, statuses=(1,), main=True),)) == ()
    assert problems(rendered, returncode=0)
    assert problems(rendered, returncode=2, steps=(Step(line=1, statuses=(2,), main=True),))


def test_an_allowance_covers_its_pipeline_not_its_loop(make: Make) -> None:
    text = "for x in 1 2; do\n  grep x |\n    wc\n  grep y\ndone"
    rendered = make(text, allow=(Allowance(line=2, statuses=(1,), reason="none"),))
    assert problems(rendered, steps=(Step(line=3, statuses=(1, 0), main=True),)) == ()
    assert problems(rendered, steps=(Step(line=4, statuses=(1,), main=True),))
    assert problems(rendered, steps=(Step(line=3, statuses=(1, 2), main=True),))


CHANGED = {"before": {"flag": "off", "rows": "3"}, "after": {"flag": "on", "rows": "3"}}


@pytest.mark.parametrize("risk", [Risk.CHANGES, Risk.DESTRUCTIVE])
def test_a_change_changes_what_it_says_and_nothing_else(risk: Risk, make: Make) -> None:
    assert problems(make(TEXT, risk=risk, changes=("flag",)), **CHANGED) == ()
    (missing,) = problems(make(TEXT, risk=risk, changes=("flag", "rows")), **CHANGED)
    assert "it changes 'rows', but that probe did not change" in missing
    other, same = problems(make(TEXT, risk=risk, changes=("rows",)), **CHANGED)
    assert "labelled " + risk in other
    assert "'flag' differs" in other
    assert "'rows'" in same
    (unread,) = problems(make(TEXT, risk=risk, changes=("flag",)))
    assert "no probe of that name was read" in unread


def test_a_read_only_snippet_changes_nothing(make: Make) -> None:
    assert "labelled read-only" in problems(make(TEXT), **CHANGED)[0]
    assert problems(make(TEXT), before={"flag": "on"}, after={"flag": "on"}) == ()


def stream(make: Make) -> Rendered:
    return make("logs -f", stream_within=3.0, expectations=[expect(Contains(text="tick"))])


def expect(rule: Rule, channel: Channel = Channel.STDOUT) -> Expectation:
    return Expectation(channel=channel, rule=rule)


INTERRUPTED = (Step(line=1, statuses=(130,), main=True),)


@pytest.mark.parametrize(
    ("did", "words"),
    [
        ({"shown": True, "stopped": True, "steps": INTERRUPTED}, ()),
        ({"shown": True, "stopped": True, "returncode": 0}, ()),
        ({"shown": True, "stopped": True, "returncode": 1}, ("ended with exit code 1",)),
        ({"shown": False, "stopped": True}, ("did not show what is expected within 3 s", "expected to contain 'tick'")),
        ({"shown": True, "stopped": False, "timed_out": True}, ("did not end within five seconds after Ctrl-C",)),
        ({"shown": True, "stopped": False, "returncode": 0}, ("ended by itself",)),
        ({"shown": True, "stopped": False}, ("ended by itself", "ended with exit code 130. Expected 0")),
    ],
)
def test_a_stream_must_show_and_stop(did: dict[str, Any], words: tuple[str, ...], make: Make) -> None:
    found = problems(stream(make), **{"returncode": 130, "stdout": "other\n", **did})
    assert len(found) == len(words), found
    assert all(word in problem for word, problem in zip(words, found, strict=True)), found


JSON = '{"status": "healthy", "checks": [{"name": "db", "ok": true}], "count": 3, "version": "2.0.0"}'
SCHEMA = {"type": "object", "required": ["status"], "properties": {"count": {"minimum": 1}}}
COMPOSE = "NAME       IMAGE   STATUS\napp-1      app     Up 3 minutes\n"
PSQL = " count | state  \n-------+--------\n     3 | active\n(1 row)\n"
RULES: list[tuple[Rule, list[str], list[str]]] = [
    (Equals(text="a\nb"), ["a\nb", "a\nb\n", "a\nb\n\n"], ["a\nb\nc", "xa\nb", "", "a b"]),
    (Equals(text="[…]"), ["", "anything\nat all"], []),
    (Equals(text="a[…]b[…]c"), ["abc", "a\n1b2c", "axbyc"], ["ac", "acb", "abcd", "xabc", "ab"]),
    (Equals(text="ab[…]ba"), ["abba", "abxba"], ["aba"]),
    (Contains(text="healthy"), ["healthy", "is 'healthy'.", '"healthy"'], ["unhealthy", "healthyish", "healthy_2", ""]),
    (Contains(text="(x)"), ["a(x)b"], ["x"]),
    (Contains(text="status=5"), ["a status=5 b"], ["status=50", "xstatus=5"]),
    (Lacks(text="error"), ["fine"], ["an error", "errors", "terror"]),
    (Matches(pattern=r"^up \d+$"), ["x\nup 3\ny"], ["up x", "cup 3", "up 3 "]),
    (
        JsonSubset(value={"status": "healthy", "checks": [{"ok": True}]}),
        [JSON, JSON + "\n", f"\n {JSON}"],
        ["", "healthy", JSON * 2, JSON.replace("true", "1"), JSON.replace("true", "false"), "{}", "[]", "null"],
    ),
    (JsonSubset(value=[1, 2]), ["[1, 2]", "[1.0, 2]"], ["[1]", "[1, 2, 3]", "[2, 1]", "[true, 2]"]),
    (JsonSchema(schema=SCHEMA), [JSON, '{"status": 1}'], ["[]", "{}", '{"status": 1, "count": 0}', "", f"log\n{JSON}"]),
    (Lines(minimum=1, maximum=2), ["a", "a\n\n b\n"], ["", "\n \n", "a\nb\nc"]),
    (Lines(minimum=2), ["a\nb", "a\nb\nc"], ["a"]),
    (Columns(names=("NAME", "STATUS")), [COMPOSE], ["STATUS NAME", "NAMES STATUS", "NAME\nSTATUS", ""]),
    (Columns(names=("count", "state")), [PSQL, "count|state"], ["counts | state", "state | count"]),
    (Columns(names=("Mounted on",)), ["Filesystem Use% Mounted on"], ["Mounted only"]),
    (Number(pattern=r"^ *(\d+)", minimum=1, maximum=5), ["  3", "x\n5", "1 of"], ["0", "6", "x", ""]),
    (Number(pattern=r"used (\S+)", maximum=0.5), ["used 0.5", "used -1"], ["used 0.51", "used much", "used"]),
    (Number(pattern=r"\d+", minimum=1), [], ["3"]),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda case: type(case[0]).__name__)
def test_a_rule_accepts_and_refuses(rule: tuple[Rule, list[str], list[str]]) -> None:
    one, good, bad = rule
    for output in good:
        assert not [p for p in unmet([expect(one)], output, "x") if p.startswith("stdout")], output
    for output in bad:
        found = unmet([expect(one)], output, "")
        assert found, output
        assert "actual:" in found[0]


def test_an_expectation_reads_its_channel() -> None:
    rule = Contains(text="here")
    for channel, outputs in ((Channel.STDOUT, ("here", "")), (Channel.STDERR, ("", "here"))):
        assert not unmet([expect(rule, channel)], *outputs)
        assert unmet([expect(rule, channel)], *reversed(outputs))
        assert not unmet([expect(rule, Channel.BOTH)], *outputs)


def test_nothing_printed_is_no_proof_of_what_is_lacking() -> None:
    lacks = expect(Lacks(text="error"))
    assert "printed nothing" in unmet([lacks], " \n", "")[0]
    assert not unmet([lacks], "fine", "")
    assert not unmet([expect(Lacks(text="error"), Channel.STDERR)], "fine", "")
    assert "printed nothing" in unmet([lacks], "", "a warning")[0]
    assert not unmet([lacks, expect(Lines(maximum=0))], "", "")


def test_an_expectation_that_holds_does_not_excuse_the_status(make: Make) -> None:
    rendered = make("echo out", expectations=[expect(Contains(text="out"))])
    assert problems(rendered, returncode=0) == ()
    assert problems(rendered, returncode=1)


@pytest.mark.parametrize(
    ("rule", "output"),
    [
        (Columns(names=("a", "b", "c")), "a b " * 200_000),
        (JsonSubset(value={}), "[" * 200_000),
        (Equals(text="[…]a[…]b[…]c"), "a b " * 200_000),
    ],
)
def test_an_output_made_to_be_slow_is_read_all_the_same(rule: Rule, output: str) -> None:
    started = time.monotonic()
    assert unmet([expect(rule)], output, "")
    # Each takes milliseconds; read carelessly they take minutes.
    assert time.monotonic() - started < 30


def test_expected_stands_against_actual(make: Make) -> None:
    (problem,) = problems(make("echo out", expectations=[expect(Equals(text="in"))]))
    assert problem == "snippets/test/it.sh:11: stdout: expected exactly:\n    in; actual:\n    out"


def test_a_long_output_is_shown_in_part(make: Make) -> None:
    rendered = make("echo out", expectations=[expect(Contains(text="x"))])
    (problem,) = problems(rendered, stdout="\n".join(map(str, range(1000))))
    assert "970 more lines" in problem
    (problem,) = problems(rendered, stdout="y" * 100_000)
    assert len(problem) < 4000


def test_another_rendering_is_refused(make: Make) -> None:
    rendered = make("echo out")
    other = dataclasses.replace(rendered, text="echo other")
    assert any("SHA-256" in p for p in check(other, done(rendered.text)).problems)
