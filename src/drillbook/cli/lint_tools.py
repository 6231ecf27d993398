"""Runs the tools that lint this repository, side by side: `python -m drillbook.cli.lint_tools`.

Each is named with its time as it ends, and what it found is shown whole; all of them run, whatever one of them finds.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

PASSED = Path(".drillbook") / "lint"
"""Below the root: for each tool that keeps no cache, the digest of the files that it last found nothing in."""
SHELL = ("run", ".ci/run", "src/drillbook/guest/trace.bash")
PACKAGE = """\
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
hatchling build -d "$folder" >/dev/null && twine check --strict "$folder"/* && check-wheel-contents "$folder"/*.whl &&
  pyroma --min 9 --skip-tests AuthorEmail,Url "$folder"/*.tar.gz
"""
"""Builds what would be published, and asks what a package index and its readers would find wrong with it.

Nobody publishes it yet, so it has no address, of people or of a page.
"""
PYTHON = ("src", "tests", "macros", "benchmarks", "sandboxes", "noxfile.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A command and where it runs, below the root.

    With `reads`, paths below the root, it does not run again on the files in which it found nothing.
    """

    name: str
    command: tuple[str, ...]
    directory: str = "."
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a tool ended: its status, what it printed, after how many seconds; whether the files were known as good."""

    tool: Tool
    returncode: int
    output: str
    seconds: float
    known: bool = False


def list_tools(root: Path) -> list[Tool]:
    """Return the tools: the quick ones first, then the longest; folders with a `.ansible-lint` hold playbooks."""
    folders = sorted(path.parent.relative_to(root).as_posix() for path in (root / "sandboxes").rglob(".ansible-lint"))
    return [
        Tool(name="ruff check", command=("ruff", "check", *PYTHON)),
        Tool(name="ruff format", command=("ruff", "format", "--check", *PYTHON)),
        Tool(name="import-linter", command=("lint-imports", "--no-cache")),
        Tool(name="shellcheck", command=("shellcheck", *SHELL)),
        Tool(name="shfmt", command=("shfmt", "--diff", "--indent", "2", "--case-indent", *SHELL)),
        *(
            # The lock file says which ansible-lint it is.
            Tool(
                name=f"ansible-lint in {folder}",
                command=("ansible-lint", "--offline"),
                directory=folder,
                reads=(folder, "requirements.lock"),
            )
            for folder in folders
        ),
        Tool(name="mypy", command=("mypy",)),
        Tool(
            name="package",
            command=("sh", "-euc", PACKAGE),
            reads=("src", "sandboxes/_host", "LICENSE", "README.md", "pyproject.toml", "requirements.lock"),
        ),
        Tool(name="drillbook check", command=("drillbook", "check", "--no-index")),
    ]


def digest(root: Path, tool: Tool) -> str:
    """Return what the files that a tool reads, their modes and its command come to."""
    total = hashlib.sha256(repr((tool.command, tool.directory, sys.version)).encode())
    for start in tool.reads:
        path = root / start
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                total.update(f"{file.relative_to(root)}\0{file.stat().st_mode:o}\0{content}\n".encode())
    return total.hexdigest()


def run_tool(root: Path, tool: Tool) -> Outcome:
    """Run a tool to its end, unless it has found nothing in the same files before."""
    start = time.monotonic()
    note = root / PASSED / tool.name.replace("/", "-")
    state = digest(root, tool) if tool.reads else ""
    if state and note.is_file() and note.read_text("utf-8") == state:
        return Outcome(tool=tool, returncode=0, output="", seconds=time.monotonic() - start, known=True)
    try:
        done = subprocess.run(
            tool.command,
            cwd=root / tool.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        returncode, output = done.returncode, done.stdout
    except OSError as error:
        returncode, output = 127, f"{error}\n"
    if state and returncode == 0 and digest(root, tool) == state:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(state, "utf-8")
    return Outcome(tool=tool, returncode=returncode, output=output, seconds=time.monotonic() - start)


def run_tools(
    root: Path, tools: Sequence[Tool], *, workers: int | None = None, pause: float = 15
) -> Iterator[Outcome | str]:
    """Run all tools, as many at a time as there are cores; yield each as it ends.

    Where nothing ends for `pause` seconds, what is running is told instead.
    """
    start = time.monotonic()
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        left = {pool.submit(run_tool, root, tool): tool for tool in tools}
        while left:
            ended, _ = wait(left, timeout=pause, return_when=FIRST_COMPLETED)
            for future in ended:
                del left[future]
                yield future.result()
            if not ended:
                running = ", ".join(tool.name for future, tool in left.items() if future.running())
                yield f"after {time.monotonic() - start:.0f} s at work: {running}; {len(left)} of {len(tools)} to end"
    finally:
        # Who is interrupted waits for what is running, and starts nothing else.
        pool.shutdown(cancel_futures=True)


def describe(outcome: Outcome) -> str:
    """Return what is printed of a tool: its name and result; behind it whatever it said, if it found something."""
    if outcome.known:
        return f"lint: {outcome.tool.name}: these files are good, as it found before"
    took = f"{outcome.seconds:.1f} s"
    if outcome.returncode == 0:
        return f"lint: {outcome.tool.name}: good ({took})"
    command = " ".join(outcome.tool.command)
    said = outcome.output.rstrip("\n") or "it said nothing"
    head = f"lint: {outcome.tool.name}: FAILED ({took}); `{command}` ended with exit code {outcome.returncode}:"
    return f"{head}\n{said}\nlint: end of {outcome.tool.name}"


def main(root: Path, tools: Sequence[Tool], *, pause: float = 15) -> int:
    """Run all tools and say what each found; return 1 if any failed, else 0."""

    def say(text: str) -> None:
        print(text, flush=True)  # this is a command

    say(f"lint: {', '.join(tool.name for tool in tools)}")
    failed = []
    for one in run_tools(root, tools, pause=pause):
        if isinstance(one, str):
            say(f"lint: {one}")
            continue
        say(describe(one))
        if one.returncode:
            failed.append(one.tool.name)
    say(f"lint: FAILED: {', '.join(sorted(failed))}" if failed else "lint: nothing is wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd(), list_tools(Path.cwd())))
