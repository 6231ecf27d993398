"""The README quotes a live file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def find_stale_quotes(page: bytes) -> list[str]:
    """Return the snippets' files that a page names before a block and that are not, byte for byte, that block."""
    quoted = re.findall(rb"`(snippets/[\w./-]+)`:\n\n```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(quoted) == page.count(b"```sh\n# /// snippet\n") == 1
    return [name.decode() for name, text in quoted if text != (ROOT / name.decode()).read_bytes()]


def test_the_snippet_in_the_readme_is_the_live_file() -> None:
    assert find_stale_quotes((ROOT / "README.md").read_bytes()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"# timeout = 20\n", b""),
        (b'contains = "accepting', b'contains = "Accepting'),
        (b"</dev/null\n", b"</dev/null \n"),
        (b"</dev/null\n", b"</dev/null\n\n"),
        (b"postgres-ready.sh`", b"postgres-answers.sh`"),
    ],
)
def test_a_snippet_in_the_readme_that_is_not_the_live_file_is_found(old: bytes, new: bytes) -> None:
    page = (ROOT / "README.md").read_bytes()
    assert page.count(old) == 1
    (stale,) = find_stale_quotes(page.replace(old, new))
    assert stale.startswith("snippets/voiceassist/postgres-")


def test_a_snippet_in_the_readme_that_names_no_file_is_found() -> None:
    page = (ROOT / "README.md").read_bytes().replace(b"This is `snippets/", b"This is `")
    with pytest.raises(AssertionError):
        find_stale_quotes(page)
