"""Pages of the handbook that are followed to the letter: their published blocks, as files and commands in a clone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of a page: commands, or with a name the text of a file."""

    text: str
    file: str | None


def read_blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a published page, in order."""
    for pre in html.parse(page, html.HTMLParser(encoding="utf-8")).getroot().xpath("//article//pre"):
        names = pre.xpath("ancestor::*[contains(@class, 'highlight')][1]//*[@class='filename']/text()")
        yield Block(text=str(pre.text_content()), file="".join(names) or None)


def follow(page: Path, clone: Path, statuses: Sequence[int]) -> list[str]:
    """Write each file and run each command of a published page, and return what the commands said.

    A block of commands stops where one fails, as a reader would; the blocks must end with these statuses, in turn.
    """
    blocks = list(read_blocks(page))
    assert sum(block.file is None for block in blocks) == len(statuses)
    said: list[str] = []
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DRILLBOOK"))}
    for block in blocks:
        if block.file:
            (clone / block.file).parent.mkdir(parents=True, exist_ok=True)
            (clone / block.file).write_text(block.text, encoding="utf-8")
            continue
        done = subprocess.run(
            ["bash", "-e", "-c", block.text],
            cwd=clone,
            env=environ,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        said.append(done.stdout + done.stderr)
        assert done.returncode == statuses[len(said) - 1], f"{block.text}\n{said[-1]}"
    return said
