from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from drillbook.core.model import Alias, Input, Pasted, PasteMode, Rendered
from drillbook.core.rules import Channel, Contains, Equals, Expectation, Lines, Matches, Rule
from drillbook.sandbox.session import Session
from drillbook.verify.checking import check
from drillbook.verify.pasting import check_pasted, paste_snippet
from drillbook.verify.running import run_snippet

Make = Callable[..., Rendered]
Paste = Callable[..., list[str]]


def stdout(rule: Rule) -> list[Expectation]:
    return [Expectation(channel=Channel.STDOUT, rule=rule)]


@pytest.fixture(params=PasteMode)
def mode(request: pytest.FixtureRequest) -> PasteMode:
    return PasteMode(request.param)


@pytest.fixture
def paste(session: Session, make: Make, mode: PasteMode) -> Paste:
    """Run a text, paste it, and return what is wrong with the pasting alone."""

    def run_and_paste(text: str, **declared: object) -> list[str]:
        rendered = make(text, **declared)
        execution = run_snippet(rendered, session=session)
        pasted = paste_snippet(rendered, session=session, mode=mode)
        return check_pasted(rendered, execution, pasted)

    return run_and_paste


SOUND = {
    "commands": "echo one\necho two; echo three",
    "comments and blank lines": "# what it does\n\necho one # here\n\n# end",
    "a loop": "for i in 1 2; do\n  echo $i\ndone",
    "a document": "cat <<'E'\n  $x\n\n# no comment\nE\necho more",
    "a continuation": "echo one \\\n  two",
    "blanks at the start": "  echo one\n echo one",
    "the same line twice": "echo one\necho one",
    "quotes over lines": "echo 'one\ntwo'",
    "an exclamation mark alone": "echo one ! 'two!three' && [ ! -e /no/such/file ]",
    "options in a subshell": "(\n  set -eu -o pipefail\n  shopt -s nullglob\n  echo one\n)",
    "options that are put back": "set -u +H\necho one\nset +u -H",
    "a umask in a subshell": "( umask 077; echo one )",
    "the umask as it is": "umask 0022; umask",
    "a cursor that comes back": "printf '\\033[?25l'; echo one; printf '\\033[?12l\\033[?25h'",
    "a screen that comes back": "printf '\\033[?1049h\\033[?1h\\033='; echo one; printf '\\033[?1049l\\033[?1l\\033>'",
    "a colour that ends": "printf '\\033[1;31mred\\033[0m\\033[44mblue\\033[49m\\033[K\\033(B\\033[m\\n'",
    "what a line editor sets": "printf '\\033[?1034h\\033[?2004h'; echo one",
    "a terminal that is made sane": "stty sane; echo one",
    "a scroll region that is the whole screen": "printf '\\033[1;50r'; echo one",
    "a terminal that is put back": 'saved=$(stty -g); stty raw -echo; echo one; stty "$saved"',
    "a pager that ends by itself": "echo one | less -F",
    "a slow substitution": "x=$(sleep 0.7; echo one); echo $x",
    "a background job that is waited for": "sleep 0.7 & wait $!",
    "what is on its way out, as the monitor of sudo": "(sleep 0.2 >/dev/null 2>&1 &); echo one",
    "input that is not the terminal's": "cat </dev/null; echo one",
    "only a comment": "# nothing",
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_a_sound_text_pastes(paste: Paste, text: str) -> None:
    assert paste(text) == []


def test_a_long_text_pastes_whole(paste: Paste) -> None:
    text = "\n".join(f"echo line number {n} of a text that is longer than a terminal's buffer" for n in range(150))
    assert paste(text, expectations=stdout(Lines(minimum=150, maximum=150)), timeout=20) == []


BROKEN = {
    "it swallows lines": ("cat >/dev/null\necho two", "`cat` holds the terminal"),
    "it reads one line": ("head -n 1\necho two", "swallowed|holds the terminal"),
    "it asks": ("read -r answer\necho $answer", "bash itself waits"),
    "a pager": ("seq 1000 | less\necho two", "a pager waits for a key: `less`"),
    "an unclosed quote": ("echo 'one", "bash waits for more"),
    "an open document": ("cat <<E\none", "bash waits for more"),
    "a lost continuation": ("echo one \\ \n  two-is-no-command", "exit code 127"),
    "exit": ("echo one\nexit 0", "closed the reader's terminal"),
    "exec": ("exec true", "closed the reader's terminal"),
    "set -e": ("set -e\necho one", "leaves `set -e` behind"),
    "set -u": ("set -u\necho one", "leaves `set -u` behind"),
    "set -x": ("set -x\necho one", "leaves `set -x` behind"),
    "set -f": ("set -f\necho one", "leaves `set -f` behind"),
    "set +H": ("set +H\necho one", r"leaves `set \+H` behind"),
    "options without letters": (
        "set -o pipefail\nshopt -s nullglob",
        "leaves `set -o pipefail` and `shopt -s nullglob`",
    ),
    "an option among others": ("set -eu\necho one", "leaves `set -u` behind.* subshell, \\( set -u; … \\)"),
    "a umask": ("umask 0777\necho one", "leaves `umask 0777` behind.* subshell, \\( umask 0777; … \\)"),
    "a umask in a function": ("shut() { umask u=rwx,go=; }\nshut", "leaves `umask 0077` behind"),
    "a hidden cursor": ("printf '\\033[?25lone\\n'", r"with its cursor hidden\. Print '\\033\[\?25h' at the end"),
    "an alternate screen": ("printf '\\033[?1049h'", r"on its alternate screen.* '\\033\[\?1049l'"),
    "the mouse": ("printf '\\033[?1000;1002h'", r"with the mouse typing\. Print '\\033\[\?1000l\\033\[\?1002l'"),
    "a mode without a name": ("printf '\\033[?1004h'", r"in mode \?1004\. Print '\\033\[\?1004l'"),
    "insert mode": ("printf '\\033[4h'", r"in mode 4\. Print '\\033\[4l'"),
    "a colour": ("printf '\\033[31mone\\n'", "with a colour or style switched on"),
    "a scroll region": ("printf '\\033[2;9r'", "with a part of it that scrolls alone"),
    "line drawing": ("printf '\\033(0one\\n'", "in another character set"),
    "a raw terminal": ("stty raw", "leaves the reader's terminal at `stty -opost`"),
    "a terminal that stops what is in the background": (
        "stty tostop\necho one",
        "leaves the reader's terminal at `stty tostop`",
    ),
    "set -e and a failure": ("set -e\nfalse\necho one", "closed the reader's terminal"),
    "history expansion": ('echo "one !two"\necho three', "history expansion"),
    "history expansion on the only line": ('echo "one !two"', "history expansion"),
    "history expansion that finds something": ("echo one\necho !!", "history expansion"),
    "a process that stays": ("sleep 30 >/dev/null 2>&1 &\necho one", "left a process behind"),
    "another status": ("[ ! -t 0 ]", "ended with exit code 1"),
    "another output": ("[ -t 1 ] || echo one", "expected to contain 'one'"),
}


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_text_that_cannot_be_pasted_is_red(paste: Paste, text: str, reason: str) -> None:
    expectations = stdout(Contains(text="one")) if reason.startswith("expected") else []
    problems = "\n".join(paste(text, expectations=expectations, timeout=2))
    assert re.search(reason, problems), problems


def test_a_tab_completes_where_the_terminal_does_not_mark_what_is_pasted(session: Session, make: Make) -> None:
    rendered = make("cat <<-E\n\tone\n\tE\necho two")
    execution = run_snippet(rendered, session=session)
    assert not check_pasted(rendered, execution, paste_snippet(rendered, session=session, mode=PasteMode.BRACKETED))
    (problem,) = check_pasted(rendered, execution, paste_snippet(rendered, session=session, mode=PasteMode.PLAIN))
    assert problem.startswith(
        "snippets/test/it.sh:11: pasted into a terminal with no bracketed paste: bash did not read"
    )
    assert "completed at the tab" in problem


def test_the_same_bytes_are_typed(session: Session, make: Make, mode: PasteMode) -> None:
    rendered = make("echo one")
    pasted = paste_snippet(rendered, session=session, mode=mode)
    assert pasted.sha256 == rendered.sha256
    other = dataclasses.replace(pasted, sha256="0" * 64)
    (problem,) = check_pasted(rendered, run_snippet(rendered, session=session), other)
    assert "the bytes that the page shows" in problem


def test_output_is_what_the_reader_sees(session: Session, make: Make, mode: PasteMode) -> None:
    text = "echo out; echo err >&2; printf '10%%\\r20%%\\n'; echo " + "x" * 300
    pasted = paste_snippet(make(text), session=session, mode=mode)
    assert pasted.output == f"out\nerr\n20%\n{'x' * 300}\n"


def test_where_errors_are_mixed_in_the_run_alone_judges_the_whole(paste: Paste) -> None:
    assert paste("echo err >&2; echo out", expectations=stdout(Equals(text="out\n"))) == []
    assert paste("echo out", expectations=stdout(Equals(text="out\n"))) == []


def test_inputs_are_set_and_prerequisites_typed_first(
    session: Session, make: Make, mode: PasteMode, tmp_path: Path
) -> None:
    name = Input(name="NAME", meaning="a name", sandbox="Ada")
    home = Input(name="HOME", meaning="a home", sandbox=str(tmp_path))
    first = make("greeting=hello", inputs=(home,))
    rendered = make('echo "$greeting ${NAME:?set it first}"', inputs=(home, name))
    pasted = paste_snippet(rendered, session=session, mode=mode, prerequisites=[first])
    execution = run_snippet(rendered, session=session, prerequisites=[first])
    assert pasted.output == "hello Ada\n"
    assert check_pasted(rendered, execution, pasted) == []
    broken = paste_snippet(rendered, session=session, mode=mode, prerequisites=[make("false", inputs=(home,))])
    (problem,) = check_pasted(rendered, execution, broken)
    assert "its prerequisite test/it failed" in problem


def test_its_effect_is_measured(session: Session, make: Make, mode: PasteMode, tmp_path: Path) -> None:
    rendered = make("touch made")
    before = session.probe({"files": f"ls {tmp_path}"})
    execution = run_snippet(make(":"), session=session)
    pasted = paste_snippet(rendered, session=session, mode=mode)
    pasted = dataclasses.replace(pasted, before=before, after=session.probe({"files": f"ls {tmp_path}"}))
    (problem,) = check_pasted(rendered, execution, pasted)
    assert "it is labelled read-only, but the probe 'files' differs" in problem


def stream(text: str, make: Make, session: Session, mode: PasteMode) -> list[str]:
    rendered = make(text, expectations=stdout(Contains(text="tick 3")), stream_within=3.0)
    execution = run_snippet(rendered, session=session)
    return check_pasted(rendered, execution, paste_snippet(rendered, session=session, mode=mode))


def test_a_stream_is_stopped_when_it_has_shown_enough(session: Session, make: Make, mode: PasteMode) -> None:
    assert stream("for i in $(seq 99); do echo tick $i; sleep 0.2; done", make, session, mode) == []


def test_a_stream_that_shows_too_little_or_ends_or_stays_is_red(session: Session, make: Make, mode: PasteMode) -> None:
    (problem,) = stream("while true; do echo tock; sleep 0.2; done", make, session, mode)
    assert "did not show what is expected in time" in problem
    assert any("ended by itself" in one for one in stream("echo tick 2", make, session, mode))
    problems = stream("trap '' INT; for i in $(seq 99); do echo tick $i; sleep 0.2; done", make, session, mode)
    assert any("did not end after Ctrl-C" in one for one in problems)


def test_what_a_prerequisite_left_is_not_laid_to_the_snippet(session: Session, make: Make, mode: PasteMode) -> None:
    rendered, first = make("umask; echo one"), make("umask 0777; set -eu; printf '\\033[?25l'")
    pasted = paste_snippet(rendered, session=session, mode=mode, prerequisites=[first])
    assert (pasted.left, pasted.terminal, pasted.output) == ((), {}, "0777\none\n")


def test_what_a_stopped_stream_leaves_is_red(session: Session, make: Make, mode: PasteMode) -> None:
    text = "printf '\\033[?25l'; for i in $(seq 99); do echo tick $i; sleep 0.3; done"
    (problem,) = stream(text, make, session, mode)
    assert "with its cursor hidden" in problem
    assert stream(f"( trap \"printf '\\033[?25h'\" EXIT\n{text} )", make, session, mode) == []


ALIASES = "alias say='echo one'\nalias flow='for i in $(seq 99); do echo tick $i; sleep 0.2; done'\nalias fail='false'"


def call(name: str, rule: Rule, within: float | None = None) -> Alias:
    return Alias(name=name, expectation=Expectation(channel=Channel.STDOUT, rule=rule), stream_within=within)


def try_aliases(session: Session, make: Make, mode: PasteMode, *aliases: Alias) -> tuple[Pasted, list[str]]:
    rendered = dataclasses.replace(make(ALIASES), aliases=aliases)
    execution = run_snippet(rendered, session=session)
    assert not check(rendered, execution).problems
    pasted = paste_snippet(rendered, session=session, mode=mode)
    return pasted, check_pasted(rendered, execution, pasted)


def test_each_alias_is_called_in_the_same_shell(session: Session, make: Make, mode: PasteMode) -> None:
    aliases = call("flow", Matches(pattern="tick 2"), within=10.0), call("say", Equals(text="one\n"))
    pasted, problems = try_aliases(session, make, mode, *aliases)
    assert problems == []
    assert pasted.aliases["say"].output == "one\n"


def test_an_alias_that_fails_or_says_something_else_is_red(session: Session, make: Make, mode: PasteMode) -> None:
    aliases = call("say", Contains(text="two")), call("fail", Equals(text="")), call("gone", Contains(text="x"))
    _, problems = try_aliases(session, make, mode, *aliases)
    text = "\n".join(problems)
    assert "the alias say: stdout: expected to contain 'two'" in text
    assert "the alias fail ended with exit code 1" in text
    assert "the alias gone ended with exit code 127" in text


def test_an_alias_that_leaves_something_behind_is_red(session: Session, make: Make, mode: PasteMode) -> None:
    rendered = make("alias shut='umask 0777'\nalias say='echo one'")
    aliases = call("shut", Equals(text="")), call("say", Equals(text="one\n"))
    rendered = dataclasses.replace(rendered, aliases=aliases)
    execution = run_snippet(rendered, session=session)
    problems = check_pasted(rendered, execution, paste_snippet(rendered, session=session, mode=mode))
    assert len(problems) == 1, problems
    assert "the alias shut: it leaves `umask 0777` behind" in problems[0]
