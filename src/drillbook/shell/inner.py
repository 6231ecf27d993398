"""The words of a command that starts another program, or gives a script to another shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

from drillbook.shell.syntax import parse, strip_quotes, walk

EXEC_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
STARTERS = frozenset(
    {"chroot", "docker", "docker-compose", "env", "kubectl", "nsenter", "podman", "runuser", "su", "sudo"}
)
"""Commands that start another one, out of sight of our traps."""
LAUNCHERS = STARTERS | {
    "command",
    "exec",
    "find",
    "nice",
    "nohup",
    "ssh",
    "stdbuf",
    "time",
    "timeout",
    "watch",
    "xargs",
}
"""Commands whose words may be a command of their own."""
SSH_VALUES = frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw")


def unquote(word: str) -> str:
    """Return what a program gets of a word; `_` stands for what the shell here substitutes into double quotes."""
    expanded = word.startswith('"')
    try:
        plain = "".join(shlex.split(_blank_substitutions(word) if expanded else word))
    except ValueError:
        return strip_quotes(word)
    return re.sub(r"\\([$`])", r"\1", plain) if expanded else plain


def _blank_substitutions(word: str) -> str:
    text, done = b"", 0
    for node in walk(parse(word).root_node):
        if node.type == "command_substitution" and node.start_byte >= done:
            text += word.encode()[done : node.start_byte] + b"_"
            done = node.end_byte
    return (text + word.encode()[done:]).decode(errors="replace")


def find_program(words: tuple[str, ...], accept: Callable[[str], object]) -> tuple[str, ...] | None:
    """Return the words of a program that is run, by itself or by another one such as `sudo` or `docker exec`."""
    for index, word in enumerate(words):
        if accept(strip_quotes(word).rpartition("/")[2]):
            return words[index:]
        if index == 0 and word not in LAUNCHERS | EXEC_SHELLS:
            return None
    return None


def find_script(words: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    """Return what stands before the script that `ssh`, `sh -c` or an exec of `sh -c` is given, and that script.

    `words` have their quotes still: what ssh is given counts as a script when it is quoted.
    """
    if not words:
        return None
    plain = tuple(map(strip_quotes, words))
    for start, word in enumerate(plain):
        if word.rpartition("/")[2] not in EXEC_SHELLS:
            continue
        index = start + 1
        while index < len(plain) and re.match(r"[-+]-?\w", plain[index]):
            # `sh -c '…' name` has words behind the script.
            if re.fullmatch(r"-\w*c\w*", plain[index]):
                return (plain[: index + 1], unquote(words[index + 1])) if index + 1 < len(words) else None
            index += 2 if re.fullmatch(r"[-+]\w*[oO]", plain[index]) else 1
    quoted = words[-1][:1] in {"'", '"'}
    return (plain[:-1], unquote(words[-1])) if plain[0] == "ssh" and quoted and len(plain) > 2 else None


def reads_script(words: tuple[str, ...]) -> bool:
    """Say whether a command starts a shell that reads its script, and that no trap of ours gets into."""
    # A bash of one's own is traced.
    if not words or words[0] == "bash":
        return False
    if words[0] == "ssh":
        index = 1
        while index < len(words) and words[index].startswith("-"):
            index += 2 if words[index] in SSH_VALUES else 1
        inner = " ".join(words[index + 1 :]).split()
        return not inner or reads_script(("env", *inner))
    if words[0] not in EXEC_SHELLS | STARTERS:
        return False
    for index, word in enumerate(words):
        if word.rpartition("/")[2] in EXEC_SHELLS:
            options = words[index + 1 :]
            return not options or options[0] in {"-s", "-", "-e", "-x", "-u", "-eu"}
    return False


def find_aliases(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the values that a command gives to aliases."""
    if words[:1] == ("alias",):
        yield from (unquote(word.partition("=")[2]) for word in words[1:] if "=" in word)
