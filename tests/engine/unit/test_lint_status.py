from __future__ import annotations

from collections.abc import Callable

import pytest

from drillbook.core.model import Kind, Rendered
from drillbook.lint.snippet import lint_snippet
from tests.engine.unit.linting import Lint, expect_one


@pytest.mark.parametrize(
    "command",
    [
        r"find . -name VERSION -exec grep x {} \;",
        "find . -name VERSION -exec grep x {} ';'",
        r"find . -execdir chmod 600 {} \;",
        r"find . -exec true {} + -exec false {} \;",
        r"sudo find /etc -okdir rm {} \;",
        r"docker exec app find / -exec cat {} \;",
        r"ssh -n app 'find / -exec cat {} \;'",
    ],
)
def test_find_that_keeps_the_status_for_itself_is_named(lint: Lint, command: str) -> None:
    expect_one(lint(f"true\n{command}"), "exits with 0 even if its command fails. Write", line=2)


@pytest.mark.parametrize(
    "text",
    [
        "find . -name VERSION -exec grep x {} +",
        "find . -name '*.log' -delete",
        "find . -type f -print0 | xargs -0 grep x",
        r"echo find . -exec false {} \;",
        r"find . \( -name a -o -name b \) -print",
    ],
)
def test_find_that_tells_is_fine(lint: Lint, text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize(
    "command",
    [
        """awk 'BEGIN { system("false") }'""",
        """awk '/x/ { n++; system("logger " $1) }' log""",
        """gawk -v n=1 -F '|' 'NR > 1 { if (n) system("false") }' log""",
        """awk '{ print $1 | "sort" }' log""",
        """mawk '{ print | command }' log""",
        """awk 'BEGIN { "date" | getline now; print now }'""",
        """awk 'BEGIN { while (("cat x" | getline line) > 0) n++ }'""",
        """awk 'BEGIN { print "x" |& "cat" }'""",
        """awk "BEGIN { system(\\"false\\") }\"""",
        """sudo awk '/a|b/ { system("false") }' log""",
        """ssh -n app "awk '{ system(\\$1) }' log\"""",
    ],
)
def test_awk_that_keeps_a_status_for_itself_is_named(lint: Lint, command: str) -> None:
    expect_one(lint(f"true\n{command}"), "awk exits with 0", line=2)


@pytest.mark.parametrize(
    "text",
    [
        "awk '{ print $1 }' log",
        """awk 'BEGIN { exit system("false") }'""",
        """awk '{ if (system("false")) exit 1 }' log""",
        """awk '{ failed += system("false") } END { exit failed }' log""",
        """awk '{ print $1 | "sort" } END { exit close("sort") }' log""",
        "awk '/ERROR|FATAL/ { print }' log",
        "awk '$1 ~ /a|b/ || $2 == \"x|y\" { print }' log",
        """awk -F '|' '{ print $2 }' log""",
        """awk -F'|' -v s='a|b' '{ print s $2 }' log""",
        'awk \'NR > 1 || /x/ { print $1 / $2 "/" }  # system("x") | it\' log',
        "awk -f program.awk 'a|b'",
        """grep 'awk { system("x") }' log""",
        "awk '/system\\(/ { print \"system(\" }' log",
    ],
)
def test_awk_that_starts_nothing_or_tells_is_fine(lint: Lint, text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('import os; os.system("false")', "os.system()"),
        ("from os import system as run\nrun('x')", "os.system()"),
        ("import os, sys; sys.exit(os.system('x'))", "os.system()"),
        ("import os\nprint(os.popen('x').read())", "os.popen()"),
        ("import subprocess as s\nfor a in b:\n    s.run(['x'])", "subprocess.run()"),
        ("import subprocess; subprocess.run(['x'], check=False)", "subprocess.run()"),
        ("import subprocess; print(subprocess.run(['x'], capture_output=True).stdout)", "subprocess.run()"),
        ("import subprocess; subprocess.Popen(['x']).wait()", "subprocess.Popen()"),
        ("import subprocess; subprocess.call('x', shell=True)", "subprocess.call()"),
        ("import subprocess; print(subprocess.getoutput('x'))", "subprocess.getoutput()"),
        ("import subprocess; subprocess.getstatusoutput('x')", "subprocess.getstatusoutput()"),
    ],
)
def test_python_that_loses_a_status_is_named(lint: Lint, code: str, name: str) -> None:
    quoted = code.replace("'", '"')
    expect_one(lint(f"true\npython3 -c '{quoted}'"), f"{name} loses the exit code", line=2)
    expect_one(lint(f"true\npython3 - <<'END'\n{code}\nEND"), f"{name} loses the exit code", line=2)
    expect_one(lint(f"sudo python3.13 -Ic '{quoted}'"), f"{name} loses the exit code", line=1)
    assert lint(f"echo '{quoted}'") == []


@pytest.mark.parametrize(
    "code",
    [
        'import subprocess; subprocess.run(["x"], check=True)',
        'import subprocess; subprocess.run(["x"], **options)',
        'import subprocess; subprocess.check_call(["x"])',
        'import subprocess, sys; sys.exit(subprocess.call(["x"]))',
        'import subprocess; done = subprocess.run(["x"])',
        'import subprocess; subprocess.run(["x"]).check_returncode()',
        'import os, sys; sys.exit(bool(os.system("x")))',
        'import os; failed = os.system("x")',
        'print("os.system()")',
        'this is no python os.system("x")',
    ],
)
def test_python_that_tells_is_fine(lint: Lint, code: str) -> None:
    assert lint(f"python3 -c '{code}'") == []
    assert lint(f"python3 <<'END'\n{code}\nEND") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("perl -e 'system(\"false\"); print 1'", "perl loses"),
        ("perl -ne '`touch $_`' log", "perl loses"),
        ("ruby -e 'system(\"false\")'", "ruby loses"),
    ],
)
def test_perl_and_ruby_that_lose_a_status_are_named(lint: Lint, text: str, said: str) -> None:
    expect_one(lint(f"true\n{text}"), said, line=2)


@pytest.mark.parametrize(
    "text",
    [
        "perl -e 'system(\"false\") == 0 or die'",
        "perl -e 'system(\"false\"); exit $? >> 8'",
        "perl -e 'print `date`'",
        "perl -pe 's/system/x/' log",
        "ruby -e 'system(\"false\", exception: true)'",
        "ruby -e 'exit system(\"false\")'",
    ],
)
def test_perl_and_ruby_that_tell_are_fine(lint: Lint, text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize(
    "command",
    [
        "ssh -n app 'ls | wc -l'",
        'ssh -n app "ls | wc -l"',
        "sh -c 'ls | wc -l'",
        "docker exec app sh -c 'ls | wc -l' name",
        "kubectl exec pod -- /bin/sh -ec 'ls | wc -l'",
        "ssh -n app \"sh -c 'ls | wc -l'\"",
        "ssh -n app 'sudo bash -c \"ls | wc -l\"'",
    ],
)
def test_a_pipe_in_a_quoted_script_is_named(lint: Lint, command: str) -> None:
    expect_one(lint(f"true\n{command}"), "a pipe in the quoted script", line=2)


def test_a_pipe_in_a_script_that_is_fed_is_named(lint: Lint) -> None:
    expect_one(lint("true\nssh app sh <<'END'\nls | wc -l\nEND"), "a pipe in the here-document", line=2)
    assert lint("ssh app sh <<'END'\nset -euo pipefail\nls | wc -l\nEND") == []
    # A shell of one's own is traced.
    assert lint("bash <<'END'\nls | wc -l\nEND") == []


@pytest.mark.parametrize(
    "text",
    [
        "ssh -n app ls | wc -l",
        "ssh -n app 'ls' | wc -l",
        "bash -o pipefail -c 'ls | wc -l'",
        "docker exec app bash -euo pipefail -c 'ls | wc -l'",
        "ssh -n app 'set -o pipefail; ls | wc -l' && true",
        "ssh -n app \"bash -o pipefail -c 'ls | wc -l'\"",
        "ssh -n app \"grep 'a|b' log\"",
        'ssh -n app "echo $(ls | wc -l)"',
        "ssh -n db \"psql -At -c \\\"SELECT 'a' || 'b'\\\"\"",
        "echo 'ls | wc -l'",
    ],
)
def test_a_pipe_whose_statuses_are_seen_is_fine(make: Callable[..., Rendered], text: str) -> None:
    assert [one.text for one in lint_snippet(make(text, inputs=())) if "a pipe in" in one.text] == []


@pytest.mark.parametrize(
    "command",
    [
        "curl -s http://localhost/health",
        "curl http://localhost/health | jq .",
        "curl -sS --max-time 10 -X POST -d f=1 http://localhost/",
        "curl -s -o /dev/null http://localhost/",
        "curl -s -w '%{time_total}' http://localhost/",
        "curl -s -H 'x: -f' -H -i http://localhost/",
        "curl -sXhead http://localhost/",
        "curl -s --unix-socket /run/docker.sock http://engine/info",
        "if curl -s http://localhost/; then true; fi",
        "answer=$(curl -s http://localhost/)",
        "sudo curl -s localhost",
        "timeout 5 curl -s app:8000",
        "docker compose exec -T app curl -s http://localhost/ </dev/null",
        "ssh -n app 'curl -s http://localhost/'",
        "docker exec app sh -c 'curl -s http://localhost/'",
        "alias health='curl -s http://localhost/ | jq .'",
    ],
)
def test_curl_that_takes_an_error_page_for_an_answer_is_named(lint: Lint, command: str) -> None:
    expect_one(lint(f"true\n{command}"), "on an error page", line=2)


def test_curl_in_a_here_document_is_named_with_its_line(lint: Lint) -> None:
    for shell in ("bash", "ssh app sh"):
        text = f"{shell} <<'END'\nset -e\ncurl -s http://localhost/\nEND"
        expect_one(lint(text), "on an error page", line=3)


@pytest.mark.parametrize(
    "text",
    [
        "curl -fsS http://localhost/health",
        "curl -sS --fail http://localhost/ | jq .",
        "curl -sS --fail-with-body http://localhost/",
        "curl -sI http://localhost/",
        "curl -s --head http://localhost/",
        "curl -si http://localhost/",
        "curl -s -v http://localhost/",
        "curl -s -w '%{http_code}' http://localhost/",
        "curl -s -o /dev/null --write-out '%{response_code}' http://localhost/",
        "curl -sw'%{http_code}' http://localhost/",
        'curl "${options[@]}" http://localhost/',
        "curl --version",
        "alias health='curl -fsS http://localhost/ | jq .'",
        "ssh -n app 'curl -fsS http://localhost/'",
        "command -v curl",
        "sudo apt-get install curl jq",
        "wget -qO- http://localhost/",
        "echo curl -s http://localhost/",
    ],
)
def test_curl_that_tells_an_error_page_is_fine(lint: Lint, text: str) -> None:
    assert lint(text) == []


def test_lost_statuses_are_no_matter_in_other_kinds(make: Callable[..., Rendered]) -> None:
    assert lint_snippet(make("curl -s http://localhost/", kind=Kind.SQL, inputs=())) == []
