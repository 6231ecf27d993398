"""The generation of the harness: raise it when rendering, running, checking or probing changes.

Evidence of an older generation is stale. `tests/engine/unit/test_generation.py` fails when what decides a verdict
changes without a new generation or a waiver that says why no verdict can differ. Comments and docstrings decide
nothing.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from pathlib import Path

from drillbook.core.files import PACKAGE, list_sources

GENERATION = 6

DECIDING = ("core", "shell", "project", "guest", "sandbox", "verify", "evidence")
"""The packages that decide a verdict, or what it depends on."""


def find_deciding() -> list[Path]:
    """Return the files that decide a verdict."""
    return list_sources(*DECIDING)


def hash_harness() -> str:
    """Return the digest of what decides a verdict, without what only people read."""
    parts = [
        f"{path.relative_to(PACKAGE).as_posix()}\0{strip_notes(path.read_text('utf-8'), path.suffix)}"
        for path in find_deciding()
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def strip_notes(text: str, suffix: str) -> str:
    """Return a source without comments, blank lines and, in Python, docstrings."""
    if suffix == ".py":
        lines = text.splitlines()
        for (top, left), (bottom, right) in [*_find_docstrings(text), *_find_comments(text)]:
            before, after = lines[top][:left], lines[bottom][right:]
            lines[top : bottom + 1] = [before + after, *[""] * (bottom - top)]
    else:
        lines = [line for line in text.splitlines() if suffix != ".bash" or not line.lstrip().startswith("#")]
    return "\n".join(line.rstrip() for line in lines if line.strip())


Span = tuple[tuple[int, int], tuple[int, int]]
"""Line and column of the first character and of the one after the last; lines from 0."""


def _find_comments(text: str) -> list[Span]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [((t.start[0] - 1, t.start[1]), (t.end[0] - 1, t.end[1])) for t in tokens if t.type == tokenize.COMMENT]


def _find_docstrings(text: str) -> list[Span]:
    """Find the strings that stand alone as statements; columns count characters, where ast counts bytes."""
    lines = text.splitlines()

    def count(line: int, column: int) -> int:
        return len(lines[line].encode()[:column].decode())

    return [
        (
            (node.lineno - 1, count(node.lineno - 1, node.col_offset)),
            (int(node.end_lineno or 0) - 1, count(int(node.end_lineno or 0) - 1, int(node.end_col_offset or 0))),
        )
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
