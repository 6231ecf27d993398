"""Lint of lost statuses: programs that end with 0 whatever became of the work that they were given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import assert_never

from drillbook.lint.text import Finding
from drillbook.shell.inner import find_program, reads_script, unquote
from drillbook.shell.script import Inner, Script, Way
from drillbook.shell.syntax import strip_quotes

AWKS = frozenset({"awk", "gawk", "mawk", "nawk"})
AWK_VALUES = frozenset({"-F", "-v", "--assign", "--field-separator"})
# A string, a regular expression where no number can stand before it, a comment.
AWK_TEXT = re.compile(
    r'"(?:\\.|[^"\\])*"|(?<=[(,{};!~&|\n])(?P<blank>[ \t]*)/(?:\\.|\[[^\]\n]*\]|[^/\\\n])+/|#[^\n]*', re.DOTALL
)
AWK_SYSTEM = re.compile(r"(?:[{};)\n]|\b(?:else|do))\s*system\s*\(")
AWK_PIPE = re.compile(r"(?<!\|)\|(?!\|)")
AWK_CLOSE = re.compile(r"(?:[=(!]|\b(?:exit|return))\s*close\s*\(")
PYTHON = re.compile(r"python(\d(\.\d+)?)?")
PYTHON_LOSERS = frozenset(
    {"os.popen", "os.system", "subprocess.Popen", "subprocess.call", "subprocess.getoutput"}
    | {"subprocess.getstatusoutput", "subprocess.run"}
)
PYTHON_TEXTS = frozenset({"os.popen", "subprocess.getoutput"})
"""What these return is what was printed, and no status."""
PYTHON_REMEDY = "Write `subprocess.run(…, check=True)`"
SCRIPT_START = re.compile(r"(?:^|[;{}\n])\s*(?:system\b|`|%x\b)(?P<rest>[^;\n}]*)")
SCRIPT_USE = re.compile(r"==|!=|\|\||&&|\?|\b(?:or|and|if|unless)\b|exception: *true")
CURL_TELLS = frozenset({"--dump-header", "--fail", "--fail-with-body", "--head", "--include", "--show-headers"}) | {
    "--config",  # may say any of them
    "--help",
    "--verbose",
    "--version",
}
CURL_LETTERS_TELL = frozenset("DfhIiKMVv")
CURL_LETTERS_WITH_VALUE = frozenset("AbcCdDeEFHKmoPQrtTuUwxXyYz")
CURL_TARGET = re.compile(r"://|localhost|\$|:\d|/")


def lint_status(script: Script) -> Iterator[Finding]:
    """Find commands that end with 0 though what they started, or asked, has failed, in scripts within it too.

    A script that is not shell is left alone.
    """
    if script.syntax_error is not None:
        return
    for command in script.commands:
        words, document = command.words, command.document
        problems = (*_lint_find(words), *_lint_awk(words), *_lint_code(words, document), *_lint_curl(words))
        yield from ((command.line, problem) for problem in problems)
        for inner in command.inner:
            yield from ((command.line, problem) for problem in _lint_pipes(inner))
            yield from ((inner.locate(line), problem) for line, problem in lint_status(inner.script))


def _lint_find(words: tuple[str, ...]) -> Iterator[str]:
    program = tuple(map(strip_quotes, find_program(words, {"find"}.__contains__) or ()))
    for index, word in enumerate(program):
        if word not in {"-exec", "-execdir", "-ok", "-okdir"}:
            continue
        end = next((one for one in program[index:] if one in {"\\;", ";", "+"}), "")
        if end in {"\\;", ";"}:
            yield (
                f"`find {word} … \\;` exits with 0 even if its command fails. Write `-exec … {{}} +`, "
                "whose exit code find passes on, or a loop over what find prints."
            )


def _lint_awk(words: tuple[str, ...]) -> Iterator[str]:
    code = _find_awk_code(find_program(words, AWKS.__contains__) or ())
    bare = AWK_TEXT.sub(lambda found: "//" if found["blank"] is not None else '""', f"\n{code}")
    if AWK_SYSTEM.search(bare) or (AWK_PIPE.search(bare) and not AWK_CLOSE.search(bare)):
        yield (
            "awk exits with 0 even if the command that it starts fails. Run the command in the shell and pipe it "
            "into or out of awk, or use what system() or close() returns: `exit system(…)`."
        )


def _find_awk_code(words: tuple[str, ...]) -> str:
    index = 1
    while index < len(words):
        word = strip_quotes(words[index])
        if word in {"--", "-e", "--source"}:
            return unquote(words[index + 1]) if index + 1 < len(words) else ""
        if word.startswith(("-f", "--file", "-E", "--exec")):
            return ""
        if not word.startswith("-"):
            return unquote(words[index])
        index += 2 if word in AWK_VALUES else 1
    return ""


def _lint_code(words: tuple[str, ...], document: str | None) -> Iterator[str]:
    """Code of another language, given as a word or in a here-document."""
    if program := find_program(words, PYTHON.fullmatch):
        code = _find_value(program, r"-[A-Za-z]*c")
        if code is None and document and all(word == "-" or word in program[:1] for word in program):
            code = document
        yield from _lint_python(code or "")
    for name, remedy in {"perl": "`system(…) == 0 or die`", "ruby": "`system(…, exception: true)`"}.items():
        code = _find_value(find_program(words, name.__eq__) or (), r"-\w*[eE]") or ""
        # Who reads `$?` looks at the status.
        if "$?" not in code and any(not SCRIPT_USE.search(one["rest"]) for one in SCRIPT_START.finditer(code)):
            yield f"{name} loses the exit code of what it starts. Write {remedy}."


def _find_value(words: tuple[str, ...], option: str) -> str | None:
    for index, word in enumerate(words[1:-1], start=1):
        if re.fullmatch(option, word):
            return unquote(words[index + 1])
        if not word.startswith("-"):
            return None
    return None


def _lint_python(code: str) -> Iterator[str]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.asname or one.name: one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            head, dot, rest = ast.unparse(node.func).partition(".")
            name = names.get(head, head) + dot + rest
            if name in PYTHON_LOSERS and not _raises(node) and (name in PYTHON_TEXTS or _is_lost(node, above)):
                yield f"{name}() loses the exit code of what it starts. {PYTHON_REMEDY}."


def _raises(call: ast.Call) -> bool:
    """Say whether a call has `check=True`, or options that are not known here."""
    return any(
        one.arg is None or (one.arg == "check" and not (isinstance(one.value, ast.Constant) and not one.value.value))
        for one in call.keywords
    )


def _is_lost(call: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Say whether nothing looks at what a call returns, or only at what was printed."""
    user = above[call]
    # What os.system() returns is 256 where its command ended with 1, and the last byte of that is 0.
    if isinstance(user, ast.Call) and "os.system" in ast.unparse(user):
        return ast.unparse(user.func) in {"exit", "sys.exit", "SystemExit"}
    if isinstance(user, ast.Attribute):
        return user.attr in {"communicate", "stderr", "stdout"} or (
            user.attr == "wait" and isinstance(above[above[user]], ast.Expr)
        )
    return isinstance(user, ast.Expr)


def _lint_pipes(inner: Inner) -> Iterator[str]:
    match inner.way:
        case Way.QUOTED:
            hidden = not any("pipefail" in word for word in inner.before)
        case Way.HERE_DOCUMENT:
            hidden = reads_script(inner.before)
        case Way.ALIAS:
            hidden = False
        case _:
            assert_never(inner.way)
    script = inner.script
    if hidden and script.pipelines and script.syntax_error is None and "pipefail" not in script.text:
        yield (
            f"only the last exit code of a pipe in the {inner.way} comes back. Move the pipe outside, where each "
            "one is seen, or set pipefail: `bash -o pipefail -c '…'`."
        )


def _lint_curl(words: tuple[str, ...]) -> Iterator[str]:
    program = tuple(map(strip_quotes, find_program(words, {"curl"}.__contains__) or ()))
    # `apt install curl` runs none.
    asks = program and (program[0] == words[0] or any(CURL_TARGET.search(word) for word in program[1:]))
    if asks and not _tells_status(program):
        yield (
            "curl exits with 0 on an error page. Add --fail, or --fail-with-body if the page says "
            "what is wrong, or show the status: `-w '%{http_code}'`."
        )


def _tells_status(words: tuple[str, ...]) -> bool:
    index = 1
    while index < len(words):
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else ""
        index += 1
        if word in CURL_TELLS or "[@]" in word:
            return True
        if word == "--write-out" and _shows_status(following):
            return True
        if not re.match(r"-[^-]", word):
            continue
        for at, letter in enumerate(word[1:], start=2):
            value = word[at:] or following
            if letter in CURL_LETTERS_TELL or (letter == "w" and _shows_status(value)):
                return True
            if letter in CURL_LETTERS_WITH_VALUE:
                index += not word[at:]
                break
    return False


def _shows_status(form: str) -> bool:
    return form.startswith("@") or any(name in form for name in ("http_code", "response_code", "%{json}"))
