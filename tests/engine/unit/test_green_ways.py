"""Each known way in which a broken command goes green elsewhere is red here; its healthy counterpart passes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.model import Allowance, Rendered, Status, Verdict
from drillbook.core.rules import Channel, Contains, Expectation, Lacks, Matches, Rule
from drillbook.sandbox.session import Session
from drillbook.verify.checking import check
from drillbook.verify.running import run_snippet

Judge = Callable[..., Verdict]


def stdout(rule: Rule) -> dict[str, Any]:
    return {"expectations": [Expectation(channel=Channel.STDOUT, rule=rule)]}


BROKEN = {
    "false then echo": ("false\necho ok", 11),
    "false before a pipe": ("echo start\nfalse | cat", 12),
    "false in the middle of a pipe": ("true | false | true", 11),
    "false in a command's words": ('echo "$(false)"', 11),
    "a pipe in a command's words": ('echo "$(false | cat)"', 11),
    "an assignment": ("x=$(false)\necho ok", 11),
    "the left of a list": ("false && true\necho ok", 11),
    "a handled failure": ("false || echo handled", 11),
    "a condition": ("if false; then echo; fi", 11),
    "a subshell": ("echo ok\n(false; true)", 12),
    "a pipe at the end of a subshell": ("(echo ok; false | true)\ntrue", 11),
    "a quoted script": ('bash -c "false; true"', 11),
    "a quoted script in a pipe": ('echo\nbash -c "false; true" | cat', 12),
    "a quoted script after a timeout": ('timeout 5 bash -c "false; true"', 11),
    "a function": ("f() {\n  false\n  true\n}\nf", 12),
    "a pipe at the end of a function": ("f() { false | true; }\nf\ntrue", 11),
    "a group in a pipe": ("{ false; true; } | cat", 11),
    "a loop": ("for x in 1 2; do false; true; done", 11),
    "a case": ("case x in x) false; true ;; esac", 11),
    "a process substitution": ("cat <(false; true)", 11),
    "arithmetic": ("((0))\ntrue", 11),
    "a test": ("[[ a == b ]]\ntrue", 11),
    "a job in the background": ("false &\nwait", 11),
    "a job that is waited for": ("false &\nwait $!", 12),
    "a list in the background": ("(false; true) &\nwait $!", 11),
    "one of two jobs is waited for": ("(exit 3) &\nsleep 0.02 &\nwait $!", 12),
    "jobs that are waited for in one": ("false & one=$!\nsleep 0.02 & two=$!\nwait $one $two", 12),
    "a coprocess": ("coproc false\nwait $!", 11),
    "a pipeline in the background": ("false | cat &\nwait $!", 11),
    "no DEBUG trap in a substitution": ("x=$(trap - DEBUG ERR; false; true)\necho ok", 11),
    "another EXIT trap in a subshell": ("(trap 'true' EXIT; false | true)\necho ok", 11),
    "exit 0 halfway, on one line": ("echo start; exit 0; echo never", 11),
    "exit in a list, on one line": ("true && exit 0; echo never", 11),
    "a here-document's words": ("cat <<EOF\n$(false)\nEOF", 11),
    "a condition in a process substitution": ("cat <(if false; then :; fi)", 11),
    "a list in a process substitution": ("cat <(false && true)", 11),
    "a loop's words": ("for x in $(false) b; do echo; done", 11),
    "nothing but a loop over nothing": ("for x in ${NONE_SUCH-}; do echo; done", 11),
    "an unset variable that is not told": ("cat <({ echo $NOT_SET; } 2>/dev/null)", 11),
    "a loop without its file": ("while read -r x; do :; done < /no/such\ntrue", 11),
    "a script on standard input": ("bash <<'EOF'\nfalse\ntrue\nEOF", 11),
    "a script from a pipe": ("echo 'false; true' | bash -s", 11),
    "a single command in a process substitution": ("cat <(false)", 11),
    "the missing file of an input": ("wc -l <(cat missing)", 11),
    "a declaration": ("declare x=$(false)\ntrue", 11),
    "an unset variable": ('echo "$NOT_SET"\necho ok', 11),
    "an unset variable at the end": ('echo "value: $NOT_SET"', 11),
    "set +u": ('set +u\necho "$NOT_SET"', 11),
    "set +e": ("set +e\nfalse\ntrue", 12),
    "set +E and a subshell": ("set +E\necho $(false; true)", 12),
    "exit 0 halfway": ("echo start\nexit 0\necho never", 13),
    "exit in a condition": ("if true; then exit 0; fi\necho never", 12),
    "exec": ("exec true", 11),
    "kill -9 of the shell": ("kill -9 $$", 11),
    "no DEBUG trap": ("trap - DEBUG\ntrue\nfalse | true", 11),
    "no DEBUG trap, on one line": ("trap - DEBUG ERR; false; true", 11),
    "no EXIT trap": ("trap '' EXIT\nfalse\ntrue", 12),
    "another EXIT trap": ("trap 'echo bye' EXIT\ntrue", 12),
    "a broken pipe": ("yes | head -n 1", 11),
    "no such command": ("drillbook-has-no-such-command\necho ok", 11),
    "no such command before a pipe": ("drillbook-has-no-such-command | wc -l", 11),
    "a missing file": ("cat < /no/such/file\necho ok", 11),
    "nothing but a comment": ("# true", 11),
    "a syntax error": ("echo ok\nif true; then", 12),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_red(name: str, judge: Judge) -> None:
    text, line = BROKEN[name]
    verdict = judge(text)
    assert verdict.status is Status.FAILED, verdict
    assert any(p.startswith(f"snippets/test/it.sh:{line}: ") for p in verdict.problems), verdict.problems


HEALTHY = {
    "lines": "echo ok\ntrue",
    "a pipe": "echo ok | cat | wc -l",
    "a long output read to its end": "seq 100000 | tail -n 1",
    "words": 'echo "$(echo ok)"',
    "assignments": 'x=$(echo a)\necho "$x"',
    "a list": "true && echo ok",
    "a condition": "if [[ a == a ]]; then echo ok; fi",
    "a subshell": "(cd / && pwd)",
    "a quoted script": 'bash -c "true; echo ok"',
    "a function": "f() {\n  echo ok\n}\nf",
    "a loop": "for x in 1 2; do\n  echo $x\ndone",
    "an arithmetic loop": "for ((i = 0; i < 2; i++)); do echo $i; done",
    "a case": "case x in x) echo ok ;; esac",
    "a process substitution": "diff <(echo a) <(echo a)",
    "arithmetic": "echo $((6 & 3)) $((6 && 3))\n((6 & 3))",
    "a loop over a variable": 'LIST="a b"; for x in $LIST; do echo $x; done',
    "nothing but a loop over a variable": "for x in $HOME; do echo $x; done",
    "nothing but a loop over words": "for x in $(echo a b); do\n  echo $x\ndone",
    "a trap that is shown": "trap -p EXIT >/dev/null",
    "exit at the end": "echo ok; exit 0",
    "jobs that are each waited for": "sleep 0.01 & one=$!\nsleep 0.02 & two=$!\nwait $one\nwait $two",
    "a group in the background": "{ echo ok | cat; } &\nwait $!",
    "an array over lines": "x=(\n  a\n  b\n)\necho ${x[0]}",
    "a here-document before a pipe": "cat <<EOF |\none\nEOF\n  wc -l",
    "a job that is waited for": "sleep 0.05 &\nwait $!",
    "a here-document": "cat <<-EOF\n\t$(echo one)\n\ttwo\n\tEOF",
    "a command over lines": "echo one \\\n  two |\n  cat",
    "a quoted text over lines": "echo 'one\ntwo\nthree'",
    "its own strictness": "set -euo pipefail\necho ok",
    "a set variable's default": 'echo "${NOT_SET:-default}"',
    "the last argument": "mkdir -p folder && cd $_\npwd",
    "xtrace": "set -x\necho ok\n(echo sub)",
    "eval": "eval 'echo ok'",
    "a local": "f() { local x; x=1; echo $x; }\nf | cat",
}


@pytest.mark.parametrize("name", HEALTHY)
def test_its_healthy_counterpart_passes(name: str, judge: Judge) -> None:
    verdict = judge(HEALTHY[name])
    assert verdict.status is Status.PASSED, verdict.problems


def test_an_orphaned_background_job_is_red_and_killed(judge: Judge) -> None:
    verdict = judge("sleep 300 &")
    assert any("left a process behind" in p and "sleep 300" in p for p in verdict.problems)
    assert verdict.execution is not None
    pid = verdict.execution.leftovers[0].split()[0]
    assert not Path(f"/proc/{pid}").exists()


def test_a_child_that_fled_its_session_is_red(judge: Judge) -> None:
    verdict = judge("setsid --fork bash -c '(sleep 300 &)' </dev/null >/dev/null 2>&1")
    assert any("sleep 300" in p for p in verdict.problems), verdict.problems


def test_a_command_that_reads_input_swallows_nothing(judge: Judge) -> None:
    verdict = judge("cat\necho after", **stdout(Matches(pattern=r"\Aafter$")))
    assert verdict.status is Status.PASSED


def test_a_command_that_needs_input_is_red_by_what_it_should_print(judge: Judge) -> None:
    assert judge("cat", **stdout(Contains(text="input"))).status is Status.FAILED


def test_a_command_that_failed_does_not_satisfy_a_lacks(judge: Judge) -> None:
    assert judge("cat /no/such/log", **stdout(Lacks(text="error"))).status is Status.FAILED


def test_a_command_that_printed_nothing_does_not_satisfy_a_lacks(judge: Judge) -> None:
    assert judge("true", **stdout(Lacks(text="error"))).status is Status.FAILED
    assert judge("echo fine", **stdout(Lacks(text="error"))).status is Status.PASSED


def test_what_is_said_to_be_silent_may_not_print(judge: Judge) -> None:
    verdict = judge("echo '(error) unknown command'", silent="it sets something")
    assert any("it is declared silent (it sets something)" in p for p in verdict.problems), verdict.problems
    assert judge("true", silent="it sets something").status is Status.PASSED


def test_a_trace_that_was_emptied_is_red(judge: Judge) -> None:
    verdict = judge('false; : > "${BASH_ENV%/*}/trace"; echo healthy')
    assert any("it emptied its trace" in p for p in verdict.problems), verdict.problems


def test_unhealthy_is_not_healthy(judge: Judge) -> None:
    assert judge("echo status: unhealthy", **stdout(Contains(text="healthy"))).status is Status.FAILED
    assert judge("echo status: healthy", **stdout(Contains(text="healthy"))).status is Status.PASSED


@pytest.mark.parametrize("then", ["true", "false", "sleep 300", "exit 3"])
def test_a_snippet_runs_once_however_it_ends(then: str, judge: Judge, tmp_path: Path) -> None:
    judge(f"echo run >> {tmp_path}/counter\n{then}", timeout=0.5)
    assert (tmp_path / "counter").read_text() == "run\n"


def test_a_hanging_command_is_red_where_it_hangs(judge: Judge) -> None:
    verdict = judge("echo start\nsleep 300\necho end", timeout=0.3)
    assert verdict.execution is not None
    assert verdict.execution.seconds < 60
    assert any(p.startswith("snippets/test/it.sh:12: it did not end within 0.3 s") for p in verdict.problems)


def test_an_endless_loop_is_red(judge: Judge) -> None:
    assert judge("while true; do :; done", timeout=0.3).status is Status.FAILED


def test_output_that_was_cut_short_is_red(judge: Judge) -> None:
    verdict = judge("head -c 3000000 /dev/zero")
    assert any("cut short" in p for p in verdict.problems)


GREP = "echo log | grep error | wc -l"


def allow(line: int, *statuses: int) -> dict[str, Any]:
    return {"allow": (Allowance(line=line, statuses=statuses, reason="a healthy system has none"),)}


def test_an_allowed_status_on_its_line_passes(judge: Judge) -> None:
    assert judge(f"echo\n{GREP}").status is Status.FAILED
    assert judge(f"echo\n{GREP}", **allow(2, 1)).status is Status.PASSED


def test_an_allowance_covers_neither_another_line_nor_another_status(judge: Judge) -> None:
    assert judge(f"echo\n{GREP}", **allow(1, 1)).status is Status.FAILED
    assert judge(f"echo\n{GREP}", **allow(2, 2)).status is Status.FAILED


def test_an_allowance_hides_no_equal_failure_that_follows(judge: Judge) -> None:
    for text in (f"{GREP}\n{GREP}\n(echo)", f"{GREP}\n{GREP}\necho | cat", f"{GREP}\n{GREP}\nsleep 0.01 &\nwait $!"):
        problems = judge(text, **allow(1, 1)).problems
        assert len(problems) == 1
        assert problems[0].startswith("snippets/test/it.sh:12: ")


def test_an_allowed_failure_is_not_charged_to_what_follows(judge: Judge) -> None:
    followers = [
        "cat /dev/null | cat",
        "cat /dev/null | { cat; } | cat",
        "{ cat; } </dev/null | cat",
        "for x in 1 2; do echo $x; done",
        "for ((i = 0; i < 1; i++)); do echo; done",
        "case x in x) echo ;; esac",
        "echo $(echo)",
        "f() { echo; }; f",
        "f() { echo; }; f | cat",
        "eval echo",
        ". ./empty",
        "sleep 0.01 & wait $!",
        "(echo)",
        "f() { return 0; }; f",
        "exit",
        "exit 0",
        'bash -c "echo; echo"',
    ]
    for follower in followers:
        end = "" if follower.startswith("exit") else "\necho end"
        verdict = judge(f"touch empty; {GREP}\n{follower}{end}", **allow(1, 1))
        assert verdict.status is Status.PASSED, (follower, verdict.problems)


def test_an_allowance_stands_for_the_whole_of_a_pipeline_over_lines(judge: Judge) -> None:
    text = "echo start\necho log |\n  grep error |\n  wc -l"
    for line in (2, 3, 4):
        assert judge(text, **allow(line, 1)).status is Status.PASSED
    assert judge(text, **allow(1, 1)).status is Status.FAILED


def test_an_expected_status_covers_the_last_statement_only(judge: Judge) -> None:
    assert judge("echo log | grep error", statuses=(1,)).status is Status.PASSED
    assert judge("echo log | grep log", statuses=(1,)).status is Status.FAILED
    assert judge("false\necho log | grep error", statuses=(1,)).status is Status.FAILED
    assert judge("false | grep error", statuses=(1,)).status is Status.FAILED
    assert judge("grep error $NOT_SET /dev/null", statuses=(1,)).status is Status.FAILED


def test_an_expected_status_covers_no_substitution(judge: Judge) -> None:
    assert judge("grep error <(cat missing)", statuses=(1,)).status is Status.FAILED
    assert judge("grep error <(echo log)", statuses=(1,)).status is Status.PASSED
    assert judge("(echo log | grep error)", statuses=(1,)).status is Status.PASSED


def test_a_script_that_a_snippet_calls_is_left_alone(judge: Judge, tmp_path: Path) -> None:
    script = tmp_path / "tool"
    script.write_text('#!/bin/bash\necho "$NOT_SET$-"\nfalse\nbash -c "false; true"\ntrue\n')
    script.chmod(0o755)
    verdict = judge("./tool\nbash ./tool", **stdout(Matches(pattern=r"\AhB\nhB$")))
    assert verdict.status is Status.PASSED, verdict.problems


FAITHFUL = """set -x; f() { echo $_ $#; false | true; return 3; }
f 1 || echo $? $_ "${PIPESTATUS[@]}"
mkdir -p a b && cd $_ && pwd
false | (exit 4) | true
echo "${PIPESTATUS[@]}" $? $LINENO "$(cat missing; echo $?)" "${FUNCNAME[@]}"
sleep 0 & wait; echo $? ; jobs >/dev/null; : a b; echo $_; local x
IFS=,; set -f; x=(1 2); echo "${x[*]}" *; [[ a == b ]]; echo $?; ((0)); echo $?
read -r line; echo $? "$line"; eval 'false; echo $?'; jobs; printf '%s ' "$@" $BASH_SUBSHELL; exit 5
"""


def test_tracing_changes_neither_output_nor_status(judge: Judge, tmp_path: Path) -> None:
    script = tmp_path / "snippet"
    script.write_text(FAITHFUL)
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    plain = subprocess.run(
        ["bash", "--login", script],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    for folder in ("a", "b"):
        (tmp_path / folder).rmdir()
    traced = judge(FAITHFUL).execution
    assert traced is not None
    assert traced.returncode == plain.returncode == 5
    assert traced.stdout == plain.stdout
    # The commands of a pipeline trace themselves in any order.
    stderr = re.sub(r"/run/drillbook-\w+/", f"{tmp_path}/", traced.stderr)
    assert sorted(stderr.splitlines()) == sorted(plain.stderr.splitlines())


def test_a_failed_prerequisite_is_red_and_named(session: Session, make: Callable[..., Rendered]) -> None:
    rendered, broken = make("echo ran"), make("export X=1\nfalse", id="test/before")
    execution = run_snippet(rendered, session=session, prerequisites=[broken])
    assert execution.stdout == ""
    assert any("its prerequisite test/before ended with exit code 1" in p for p in check(rendered, execution).problems)


def test_a_prerequisite_runs_first_in_the_same_shell(session: Session, make: Callable[..., Rendered]) -> None:
    rendered = make('echo "$X"\nf')
    before = make('X="a b"\nf() { echo from; }', id="test/before")
    execution = run_snippet(rendered, session=session, prerequisites=[before])
    assert execution.stdout == "a b\nfrom\n"
    assert check(rendered, execution).status is Status.PASSED


def test_a_failure_in_a_prerequisites_function_counts_for_the_line_that_calls_it(
    session: Session, make: Callable[..., Rendered]
) -> None:
    rendered = make("echo\nf")
    before = make("\n\n\nf() { false | true; true; }", id="test/before")
    verdict = check(rendered, run_snippet(rendered, session=session, prerequisites=[before]))
    assert [p.split(": ")[0] for p in verdict.problems] == ["snippets/test/it.sh:12"]
