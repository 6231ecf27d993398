"""Lint of a snippet's script: what works in a file and fails when it is pasted, or hides a failure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from drillbook.core.model import Rendered
from drillbook.lint.text import Finding
from drillbook.shell.inner import SSH_VALUES, reads_script
from drillbook.shell.script import Command, Script, Way

PAGING_VERBS = {
    "systemctl": frozenset({"", "cat", "list-timers", "list-unit-files", "list-units", "show", "status"}),
    "git": frozenset({"blame", "branch", "diff", "log", "reflog", "show", "stash", "tag"}),
}
EXEC_VALUES = frozenset({"-c", "-e", "-n", "-u", "-w", "--container", "--env", "--index", "--namespace", "--user"})
NO_TERMINAL = frozenset({"-T", "--no-TTY", "--no-tty", "-d", "--detach"})
PSQL_PAGER_OFF = re.compile(r"(-P\s?|--pset[= ])'?\"?pager(=|\s)?(off|0)")


def lint_shell(rendered: Rendered, script: Script) -> Iterator[Finding]:
    """Find what a snippet's script shows: swallowed lines, pagers, unquoted inputs, unproven remote scripts."""
    if script.syntax_error is not None:
        yield script.syntax_error, "the shell cannot parse this. Close what you opened."
        return
    streams = rendered.snippet.stream_within is not None
    for command in script.commands:
        yield from _lint_terminal(command, streams)
        # Lines behind the command wait in the terminal while it runs, unless the shell has read them with it.
        if command.statement_end < script.last_line and not command.fed:
            yield from _lint_swallowing(command)
    yield from _lint_inputs(rendered, script)
    yield from _lint_remote_scripts(rendered, script)
    yield from _lint_fed_scripts(rendered, script)


def _find_exec(words: tuple[str, ...]) -> tuple[int, bool] | None:
    """Return where the options of `docker … exec` or `kubectl exec` begin, and whether it is Compose's."""
    if not words or words[0] not in {"docker", "docker-compose", "kubectl", "podman"}:
        return None
    for index, word in enumerate(words[1:], start=1):
        if word in {"exec", "run"}:
            return index + 1, "compose" in words[:index] or words[0] == "docker-compose"
        if not word.startswith("-") and word not in {"compose", "container"} and not words[index - 1].startswith("-"):
            return None
    return None


def _read_options(words: tuple[str, ...], start: int, valued: frozenset[str]) -> set[str]:
    """Return the single letters and long options from `start`; those in `valued` take the next word."""
    options: set[str] = set()
    index = start
    while index < len(words) and words[index].startswith("-") and words[index] != "--":
        word = words[index]
        options |= {word} if word.startswith("--") else {f"-{letter}" for letter in word[1:]}
        index += 2 if word in valued else 1
    return options


def _lint_terminal(command: Command, streams: bool) -> Iterator[Finding]:
    line, words = command.line, command.plain
    name = words[0] if words else ""
    if found := _find_exec(words):
        start, compose = found
        options = _read_options(words, start, EXEC_VALUES)
        if compose and not streams and not options & NO_TERMINAL:
            yield line, "`docker compose exec` wants a terminal. Write `docker compose exec -T`."
        return  # without a terminal, nothing in it opens a pager
    if streams or not command.shown:
        return
    if name == "psql" and not PSQL_PAGER_OFF.search(" ".join(words)):
        yield line, "psql opens a pager on a terminal. Add `-P pager=off`."
    elif name == "journalctl" and not {"--no-pager", "-f", "--follow"} & set(words):
        yield line, "journalctl opens a pager on a terminal. Add `--no-pager`."
    elif name in PAGING_VERBS and "--no-pager" not in words:
        verb = next((word for word in words[1:] if not word.startswith("-")), "")
        if verb in PAGING_VERBS[name]:
            yield line, f"{name} {verb} opens a pager on a terminal. Write `{name} --no-pager {verb}`."
    elif name in {"less", "more", "man", "vi", "vim", "nano"}:
        yield line, f"{name} waits for keys. Use cat, head or tail."


def _lint_swallowing(command: Command) -> Iterator[Finding]:
    line, words = command.line, command.plain
    name = words[0] if words else ""
    reads, remedy = False, "Add </dev/null"
    if name == "ssh":
        options = _read_options(words, 1, SSH_VALUES)
        reads, remedy = not options & {"-n", "-f"}, "Write `ssh -n`, or add </dev/null"
    elif found := _find_exec(words):
        start, compose = found
        options = _read_options(words, start, EXEC_VALUES)
        if words[0] == "kubectl":  # its options may stand behind the pod's name
            options |= set(words[start : words.index("--") if "--" in words else None])
        reads = (compose and not options & {"-d", "--detach"}) or bool(options & {"-i", "-it", "-ti", "--stdin"})
    elif name == "psql":
        reads = not any(re.match(r"-\w*[cflV]|--(command|file|list|version)", word) for word in words[1:])
    elif name in {"cat", "read", "redis-cli", "tee", "mongosh", "mysql", "bash", "sh", "python3", "xargs"}:
        arguments = [word for word in words[1:] if not word.startswith("-") or word in {"-c", "-e"}]
        reads = name in {"read", "tee", "xargs"} or not arguments
    if reads:
        yield line, f"`{name}` swallows the lines pasted after it. {remedy}."


def _lint_inputs(rendered: Rendered, script: Script) -> Iterator[Finding]:
    declared = {given.name: given for given in rendered.snippet.inputs}
    demanded: set[str] = set()
    used: dict[str, int] = {}
    assigned: set[str] = set()
    for variable in script.variables:
        name, line = variable.name, variable.line
        if variable.assigned:
            assigned.add(name)
            continue
        if variable.demanded:
            demanded.add(name)
            if name not in declared and name not in assigned:
                yield line, f"the input {name} is not declared. Add [inputs.{name}] to the header."
        if name in declared:
            used.setdefault(name, line)
            if variable.split:
                text = f'the input {name} is not quoted, so the shell splits its value. Write "${{{name}}}".'
                yield line, text
    for name in declared:
        if name not in used:
            yield 1, f"the input {name} is declared but not used. Use ${{{name}:?set it first}}."
        elif name not in demanded:
            text = f"Write ${{{name}:?set it first}} once, so that an unset value stops the command."
            yield used[name], f"the input {name} may be unset. {text}"


def _lint_remote_scripts(rendered: Rendered, script: Script) -> Iterator[Finding]:
    """A quoted script has only its last exit code checked: each of its commands must show in an expectation."""
    for command in script.commands:
        quoted = next((inner.script for inner in command.inner if inner.way is Way.QUOTED), None)
        if quoted is None or quoted.syntax_error is not None:
            continue
        count = sum(not one.piped for one in quoted.commands)
        if count > 1 and _count_expectations(rendered) < count:
            yield (
                command.line,
                f"the quoted script has {count} commands but only the last one's exit code comes back. It needs "
                f"{count} expectations of its output, not {_count_expectations(rendered)}. Add them, or split it.",
            )


def _count_expectations(rendered: Rendered) -> int:
    """Count the expectations that differ: one that is written twice asks only once."""
    return len({repr(expectation) for expectation in rendered.expectations})


def _lint_fed_scripts(rendered: Rendered, script: Script) -> Iterator[Finding]:
    """A shell elsewhere that reads its script from its standard input has only its last exit code checked, too."""
    for command in script.commands:
        if not reads_script(command.plain):
            continue
        fed = next((inner.script for inner in command.inner if inner.way is Way.HERE_DOCUMENT), None)
        if fed is None:
            if command.piped:
                yield (
                    command.line,
                    "a shell reads its script from a pipe here, which hides failures. Put the script into a "
                    "here-document.",
                )
            continue
        count = len(fed.statements)
        if re.match(r"\s*set -\w*e", fed.text) or count <= max(1, _count_expectations(rendered)):
            continue
        yield (
            command.line,
            f"the here-document has {count} statements but only the last one's exit code comes back. Begin "
            "with `set -euo pipefail`.",
        )
