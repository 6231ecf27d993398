"""Lint of rendered snippets: what is wrong before anything runs, each with its line in the snippet's file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from drillbook.core.errors import Location, Problem, SetupError
from drillbook.core.model import Kind, Rendered
from drillbook.lint.shell import lint_shell
from drillbook.lint.status import lint_status
from drillbook.lint.text import Finding, lint_blanks, lint_characters, lint_lines, lint_placeholders
from drillbook.shell.script import parse_script

SHELLCHECK_SECONDS = 60
SHELLCHECK_TEXTS = 250
"""How many one process is given, within that time."""
EXCLUDED = (
    "SC1091",  # a sourced file lies in the sandbox, not here
    "SC2016",  # a script in single quotes is meant to expand where it runs
    "SC2029",  # and one in double quotes here: inputs and values are put in on purpose
)


def lint_snippet(rendered: Rendered) -> list[Problem]:
    """Return what is wrong with a rendered snippet; ShellCheck's findings come from `run_shellcheck`."""
    return sorted({_place(rendered, line, text) for line, text in _find(rendered)})


def _find(rendered: Rendered) -> Iterator[Finding]:
    yield from lint_characters(rendered.text)
    names = [given.name for given in rendered.snippet.inputs]
    if rendered.snippet.kind is not Kind.SHELL:
        yield from lint_blanks(rendered.text, names)
        # No shell's prompts and comments there, but the same terminal and clipboard.
        yield from lint_lines(rendered.text, range(1, rendered.text.count("\n") + 2))
    else:
        script = parse_script(rendered.text)
        placeholders = tuple(lint_placeholders(rendered.text, names))
        yield from placeholders
        yield from lint_lines(rendered.text, script.data_lines)
        # `logs <pod>` is no shell either, and the reader knows enough.
        if not (placeholders and script.syntax_error):
            yield from lint_shell(rendered, script)
            yield from lint_status(script)


def _place(rendered: Rendered, line: int, text: str) -> Problem:
    return Problem(Location(rendered.snippet.path, rendered.snippet.text_line + line - 1), text)


def run_shellcheck(rendered: Iterable[Rendered]) -> list[Problem]:
    """Return ShellCheck's findings on all shell snippets, from few processes. Raises SetupError when it is missing."""
    texts: dict[str, list[Rendered]] = {}
    for one in rendered:
        if one.snippet.kind is Kind.SHELL:
            texts.setdefault(one.sha256, []).append(one)
    if not texts:
        return []
    program = find_shellcheck()
    names = list(texts)
    parts = [names[start : start + SHELLCHECK_TEXTS] for start in range(0, len(names), SHELLCHECK_TEXTS)]
    with tempfile.TemporaryDirectory(prefix="drillbook-") as folder, ThreadPoolExecutor(os.cpu_count()) as workers:
        for name, (one, *_) in texts.items():
            Path(folder, name).write_bytes(one.text.encode() + b"\n")
        told = workers.map(lambda part: _ask_shellcheck(program, folder, part), parts)
        found = [item for items in told for item in items]
    return sorted(
        {
            _place(one, item["line"], f"ShellCheck SC{item['code']}: {item['message']}")
            for item in found
            for one in texts[item["file"]]
        }
    )


def find_shellcheck() -> str:
    """Return where ShellCheck lies. Raises SetupError when it is missing."""
    program = shutil.which("shellcheck", path=str(Path(sys.executable).parent)) or shutil.which("shellcheck")
    if program is None:
        raise SetupError("shellcheck is missing. Install Drillbook's dependencies again.")
    return program


def _ask_shellcheck(program: str, folder: str, names: list[str]) -> list[Any]:
    command = [program, "--norc", "--format=json1", "--shell=bash", f"--exclude={','.join(EXCLUDED)}", *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SHELLCHECK_SECONDS, check=False)
    if done.returncode not in {0, 1}:
        raise SetupError(f"shellcheck failed with exit code {done.returncode}: {done.stderr.strip()}")
    found: list[Any] = json.loads(done.stdout)["comments"]
    return found


def lint_all(rendered: Iterable[Rendered]) -> list[Problem]:
    """Return every finding on many renderings, each once."""
    everything = tuple(rendered)
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(run_shellcheck, everything)
        found = {problem for one in everything for problem in lint_snippet(one)}
        return sorted(found | set(asked.result()))
