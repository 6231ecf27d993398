from __future__ import annotations

import os
import pwd
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import SetupError
from drillbook.core.model import sha256
from drillbook.sandbox.protocol import Outcome
from drillbook.sandbox.session import AgentError, Session, SessionLost

USER = pwd.getpwuid(os.geteuid()).pw_name


def run(session: Session, text: str, **more: Any) -> Outcome:
    arguments: dict[str, Any] = {"user": USER, "directory": "/", "environ": {"HOME": "/nonexistent"}} | more
    return session.run(text, **arguments)


TEXTS = {
    "tabs": "cat <<-EOF\n\tone\n\t\ttwo\n\tEOF\n",
    "blank lines": "echo one\n\n\necho two",
    "blanks only": "echo one\n   \n\t\necho two",
    "markup": "echo '&<>&amp; \"quoted\" `ticks`' | cat",
    "braces": "echo '{{ }} {% %} {# #}'; A=(1); echo ${#A[@]}",
    "no final newline": "echo one",
    "final newlines": "echo one\n\n\n",
    "other letters": "echo 'naïve café 日本 \U0001f600'",
    "carriage return": "echo one\r\n",
    "nothing": "",
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_shell_runs_a_file_of_exactly_the_text(name: str, session: Session) -> None:
    outcome = run(session, TEXTS[name])
    assert outcome.sha256 == sha256(TEXTS[name])


def test_the_file_can_be_read_by_the_snippet_itself(session: Session) -> None:
    text = '\tcat "$0"\n# tab\tblank \n\n'
    assert run(session, text).stdout == text


def test_every_snippet_has_a_fresh_login_shell(session: Session) -> None:
    assert run(session, "shopt -q login_shell && X=1 && cd /tmp && umask 077").returncode == 0
    outcome = run(session, 'echo "${X-unset} $PWD $(umask) $HOME $USER $LOGNAME $0 $#"')
    assert outcome.stdout.startswith(f"unset / 0022 /nonexistent {USER} {USER} /")


def test_login_files_are_read_but_not_traced(session: Session, tmp_path: Path) -> None:
    (tmp_path / ".bash_profile").write_text("export FROM_PROFILE=yes\nfalse\nbash -c 'false; true'\n: $NOT_SET\n")
    outcome = run(session, 'echo "$FROM_PROFILE"', environ={"HOME": str(tmp_path)})
    assert outcome.stdout == "yes\n"
    assert "S " not in outcome.trace


def test_the_environment_is_a_logins_and_the_inputs(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_HARNESS", "1")
    with Session.local() as other:
        outcome = run(other, "env", environ={"HOME": "/nonexistent", "INCIDENT": "INC-42 'x'"})
    names = {line.split("=")[0] for line in outcome.stdout.splitlines()}
    assert "INCIDENT=INC-42 'x'" in outcome.stdout.splitlines()
    assert "OF_THE_HARNESS" not in names
    assert "TERM" not in names
    assert {"PATH", "HOME", "USER", "LOGNAME", "SHELL"} <= names


def test_input_is_empty_and_outputs_are_pipes(session: Session) -> None:
    outcome = run(session, "cat\n[ -p /dev/stdout ] && [ -p /dev/stderr ] && [ ! -t 0 ] && echo out && echo err >&2")
    assert (outcome.stdout, outcome.stderr) == ("out\n", "err\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_prerequisites_run_for_a_user_who_cannot_list_the_folder(session: Session) -> None:
    outcome = session.run("echo second", user="nobody", directory="/", prerequisites=["echo first", "echo then"])
    assert outcome.stdout == "first\nthen\nsecond\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_it_becomes_the_user(session: Session) -> None:
    user = pwd.getpwnam("nobody")
    outcome = run(session, "id -un; id -u; id -G; cat $0 >/dev/null; false; true", user="nobody")
    assert outcome.stdout.splitlines()[:2] == ["nobody", str(user.pw_uid)]
    assert outcome.stdout.splitlines()[2].split()[0] == str(user.pw_gid)
    assert "0" not in outcome.stdout.splitlines()[2].split()
    assert "\nS 1 1 1\n" in outcome.trace


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_prerequisites_run_for_a_user_who_cannot_list_the_folder_of_the_run(session: Session) -> None:
    outcome = run(session, "echo main", user="nobody", prerequisites=["echo first", "echo second"])
    assert outcome.stdout == "first\nsecond\nmain\n"


def test_a_status_is_what_a_shell_says(session: Session) -> None:
    assert run(session, "exit 7").returncode == 7
    assert run(session, "kill -TERM $$").returncode == 128 + signal.SIGTERM


def test_the_time_limit_is_enforced_on_the_spot(session: Session) -> None:
    started = time.monotonic()
    outcome = run(session, "trap '' TERM INT HUP\nsleep 300\necho next", timeout=0.2)
    assert outcome.timed_out
    assert outcome.stdout == ""
    # Nobody waited for the 300 seconds; a machine under load takes some all the same.
    assert time.monotonic() - started < 60


def test_probes_run_side_by_side_and_keep_their_names(session: Session, tmp_path: Path) -> None:
    # Each waits for all others: one after the other they would never end.
    meet = f"until [ $(ls {tmp_path} | wc -l) = 4 ]; do sleep 0.02; done"
    probes = {f"p{n}": f": >{tmp_path}/{n}; {meet}; echo {n}" for n in range(4)}
    assert session.probe(probes) == {f"p{n}": f"{n}\n" for n in range(4)}
    assert session.probe({}) == {}


@pytest.mark.parametrize(
    ("command", "timeout", "words"),
    [
        ("echo oh >&2; exit 3", 60, "probe 'bad' ended with exit code 3: oh"),
        # The good one needs a part of this time on a machine under load, too.
        ("sleep 300", 2, "probe 'bad' did not end within 2"),
        ("head -c 2000000 /dev/zero", 60, "probe 'bad' printed more than is kept"),
        ("sleep 300 & true", 60, "left a process behind"),
    ],
)
def test_a_probe_that_fails_is_an_error(command: str, timeout: float, words: str, session: Session) -> None:
    with pytest.raises(SetupError, match=words):
        session.probe({"good": "echo", "bad": command}, timeout=timeout)


def test_a_command_gives_its_status_and_outputs(session: Session) -> None:
    outcome = session.command("echo out; echo err >&2; exit 4")
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (4, "out\n", "err\n")
    assert session.command("sleep 300", timeout=0.1).timed_out
    assert session.command("sleep 300 &").leftovers


def test_a_missing_directory_is_the_sandboxs_fault(session: Session) -> None:
    with pytest.raises(AgentError, match="/no/such/directory"):
        run(session, "true", directory="/no/such/directory")


def test_a_killed_agent_is_a_lost_session() -> None:
    with Session.local() as doomed:
        with pytest.raises(SessionLost, match="is gone"):
            doomed.command("kill -9 $PPID; sleep 5")
        with pytest.raises(SessionLost, match="closed"):
            doomed.command("true")


def test_an_agent_that_stops_answering_is_a_lost_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drillbook.sandbox.session.SLACK", 0.3)
    monkeypatch.setattr("drillbook.sandbox.session.CLOSE_TIMEOUT", 0.1)
    with Session.local() as doomed, pytest.raises(SessionLost, match="stopped answering"):
        doomed.command("kill -STOP $PPID; sleep 300", timeout=0.1)


@pytest.mark.parametrize(
    ("cmdline", "words"),
    [
        (["/no/such/python"], "cannot start"),
        (["sh", "-c", "echo no such container >&2; exit 1", "sh"], "is gone.*\n?.*no such container"),
        (["sh", "-c", "echo hello; cat >/dev/null", "sh"], "no reply"),
    ],
)
def test_a_session_that_does_not_come_up_says_why(cmdline: list[str], words: str) -> None:
    with pytest.raises(SessionLost, match=words):
        Session.start(cmdline)


def test_a_session_that_is_never_closed_warns() -> None:
    session = Session.start([sys.executable])
    with pytest.warns(ResourceWarning, match="never closed"):
        del session


def test_closing_ends_everything(tmp_path: Path) -> None:
    session = Session.local()
    pid = int(session.command("echo $PPID").stdout)
    assert Path(f"/proc/{pid}").exists()
    session.close()
    session.close()
    assert not Path(f"/proc/{pid}").exists()


def test_a_stream_is_interrupted_when_enough_was_seen(session: Session) -> None:
    outcome = session.stream(
        "while sleep 0.02; do echo tick; done",
        on_output=lambda data: b"tick" in data,
        user=USER,
        directory="/",
        environ={"HOME": "/nonexistent"},
    )
    assert outcome.interrupted
    assert not outcome.timed_out
    assert outcome.returncode == 130


def test_a_stream_has_a_terminal_of_a_known_size(session: Session) -> None:
    seen = b""

    def look(data: bytes) -> bool:
        nonlocal seen
        seen += data
        return b"end" in seen

    text = "tty; stty size; echo $TERM; echo end; sleep 300"
    session.stream(text, on_output=look, user=USER, directory="/", environ={"HOME": "/nonexistent"})
    assert seen.startswith(b"/dev/pts/")
    assert b"50 200\r\nxterm-256color\r\nend" in seen
