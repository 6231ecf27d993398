"""Lint of the syntax tree: what works in a script and fails when it is pasted, or hides a failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from drillbook.core.model import Rendered
from drillbook.lint.text import Finding
from drillbook.shell.inner import SSH_VALUES, climb, find_here_document, find_script, is_piped, reads_script
from drillbook.shell.syntax import (
    find_commands,
    find_syntax_error,
    first_line,
    last_line,
    parse,
    read_node,
    read_words,
    strip_quotes,
    top_level_statements,
    walk,
)

if TYPE_CHECKING:
    from tree_sitter import Node

PAGING_VERBS = {
    "systemctl": frozenset({"", "cat", "list-timers", "list-unit-files", "list-units", "show", "status"}),
    "git": frozenset({"blame", "branch", "diff", "log", "reflog", "show", "stash", "tag"}),
}
EXEC_VALUES = frozenset({"-c", "-e", "-n", "-u", "-w", "--container", "--env", "--index", "--namespace", "--user"})
NO_TERMINAL = frozenset({"-T", "--no-TTY", "--no-tty", "-d", "--detach"})
PSQL_PAGER_OFF = re.compile(r"(-P\s?|--pset[= ])'?\"?pager(=|\s)?(off|0)")


def lint_shell(rendered: Rendered) -> Iterator[Finding]:
    """Find what the syntax tree shows: swallowed lines, pagers, unquoted inputs, unproven remote scripts."""
    text = rendered.text
    if (line := find_syntax_error(text)) is not None:
        yield line, "the shell cannot parse this. Close what you opened."
        return
    streams = rendered.snippet.stream_within is not None
    last = max((last_line(node) for node in parse(text).named_children if node.type != "comment"), default=0)
    for command in find_commands(text):
        words = tuple(map(strip_quotes, read_words(command)))
        statement = climb(command)[-1]
        yield from _lint_terminal(command, words, streams)
        # Lines behind the command wait in the terminal while it runs, unless the shell has read them with it.
        if last_line(statement) < last and not _is_fed(command):
            yield from _lint_swallowing(command, words)
    yield from _lint_inputs(rendered)
    yield from _lint_remote_scripts(rendered)
    yield from _lint_fed_scripts(rendered)


def _is_fed(command: Node) -> bool:
    """Say whether a command's standard input is something else than the terminal."""
    way = climb(command)
    for node, parent in pairwise(way):
        if parent.type == "pipeline" and parent.named_children[0] != node:
            return True
        if parent.type == "heredoc_redirect":  # a pipe behind a here-document's mark
            return True
    return any(
        part.type in {"heredoc_redirect", "herestring_redirect"}
        or (part.type == "file_redirect" and any(child.type in {"<", "<&"} for child in part.children))
        for node in way
        if node.type in {"command", "redirected_statement"}
        for part in node.children
    )


def _is_shown(command: Node) -> bool:
    """Say whether a command's standard output is the terminal."""
    for node, parent in pairwise(climb(command)):
        if parent.type in {"command_substitution", "process_substitution"}:
            return False
        if parent.type == "pipeline" and parent.named_children[-1] != node:
            return False
        parts = [
            part for redirect in parent.children if redirect.type.endswith("_redirect") for part in redirect.children
        ]
        if parent.type == "redirected_statement" and any(part.type in {">", ">>", "&>", "pipeline"} for part in parts):
            return False
    return True


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


def _lint_terminal(command: Node, words: tuple[str, ...], streams: bool) -> Iterator[Finding]:
    line = first_line(command)
    name = words[0] if words else ""
    if found := _find_exec(words):
        start, compose = found
        options = _read_options(words, start, EXEC_VALUES)
        if compose and not streams and not options & NO_TERMINAL:
            yield line, "`docker compose exec` wants a terminal. Write `docker compose exec -T`."
        return  # without a terminal, nothing in it opens a pager
    if streams or not _is_shown(command):
        return
    if name == "psql" and not PSQL_PAGER_OFF.search(" ".join(words)):
        yield line, "psql opens a pager on a terminal. Add `-P pager=off`."
    elif name == "journalctl" and not {"--no-pager", "-f", "--follow"} & set(words):
        yield line, "journalctl opens a pager on a terminal. Add `--no-pager`."
    elif name in PAGING_VERBS and "--no-pager" not in words:
        verb = next((word for word in words[1:] if not word.startswith("-")), "")
        if verb in PAGING_VERBS[name]:
            yield line, f"{name} {verb} opens a pager on a terminal. Add `{name} --no-pager`."
    elif name in {"less", "more", "man", "vi", "vim", "nano"}:
        yield line, f"{name} waits for keys. Use cat, head or tail."


def _lint_swallowing(command: Node, words: tuple[str, ...]) -> Iterator[Finding]:
    line = first_line(command)
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


def _lint_inputs(rendered: Rendered) -> Iterator[Finding]:
    declared = {given.name: given for given in rendered.snippet.inputs}
    demanded: set[str] = set()
    used: dict[str, int] = {}
    assigned: set[str] = set()
    for node in walk(parse(rendered.text)):
        if node.type == "variable_assignment":
            assigned.add(read_node(node.named_children[0]))
        if node.type not in {"expansion", "simple_expansion"}:
            continue
        name = next((read_node(child) for child in node.children if child.type == "variable_name"), "")
        if any(child.type in {":?", "?"} for child in node.children):
            demanded.add(name)
            if name not in declared and name not in assigned:
                text = f"the input {name} is not declared. Add [inputs.{name}] to the header."
                yield first_line(node), text
        if name in declared:
            used.setdefault(name, first_line(node))
            if _is_split(node):
                text = f'the input {name} is not quoted, so the shell splits its value. Write "${{{name}}}".'
                yield first_line(node), text
    for name in declared:
        if name not in used:
            yield 1, f"the input {name} is declared but not used. Use ${{{name}:?set it first}}."
        elif name not in demanded:
            text = f"Write ${{{name}:?set it first}} once, so that an unset value stops the command."
            yield used[name], f"the input {name} may be unset. {text}"


def _is_split(node: Node) -> bool:
    """Say whether the shell splits an expansion into words: outside of quotes, assignments, tests, here-documents."""
    for above in climb(node)[1:]:
        if above.type in {"string", "variable_assignment", "test_command", "heredoc_body", "heredoc_redirect"}:
            return False
        if above.type in {"herestring_redirect", "case_statement", "arithmetic_expansion", "compound_statement"}:
            return False
        if above.type == "command":
            return True
    return False


def _lint_remote_scripts(rendered: Rendered) -> Iterator[Finding]:
    """A quoted script has only its last exit code checked: each of its commands must show in an expectation."""
    for command in find_commands(rendered.text):
        found = find_script(read_words(command))
        if found is None or find_syntax_error(found[1]) is not None:
            continue
        _, script = found
        count = sum(1 for node in walk(parse(script)) if node.type == "command" and not is_piped(node))
        if count > 1 and _count_expectations(rendered) < count:
            yield (
                first_line(command),
                f"the quoted script has {count} commands but only the last one's exit code comes back. It needs "
                f"{count} expectations of its output, not {_count_expectations(rendered)}. Add them, or split it.",
            )


def _count_expectations(rendered: Rendered) -> int:
    """Count the expectations that differ: one that is written twice asks only once."""
    return len({repr(expectation) for expectation in rendered.expectations})


def _lint_fed_scripts(rendered: Rendered) -> Iterator[Finding]:
    """A shell elsewhere that reads its script from its standard input has only its last exit code checked, too."""
    for command in find_commands(rendered.text):
        if not reads_script(tuple(map(strip_quotes, read_words(command)))):
            continue
        document = find_here_document(command)
        if document is None:
            if is_piped(command):
                yield (
                    first_line(command),
                    "a shell reads its script from a pipe here, which hides failures. Put the script into a "
                    "here-document.",
                )
            continue
        _, script = document
        statements = top_level_statements(script)
        if re.match(r"\s*set -\w*e", script) or len(statements) <= max(1, _count_expectations(rendered)):
            continue
        yield (
            first_line(command),
            f"the here-document has {len(statements)} statements but only the last one's exit code comes back. Begin "
            "with `set -euo pipefail`.",
        )
