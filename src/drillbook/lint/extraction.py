"""Move a fence of a Markdown page into a snippet's file, byte for byte, and leave the macro in its place."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import NoReturn

import yaml

from drillbook.core.errors import InputError, Location, Problem
from drillbook.lint.fences import UNNAMED, Fence, find_fences, find_heading, find_paragraphs
from drillbook.project.pages import find_docs
from drillbook.project.snippets import COMMENTS, NAME
from drillbook.shell.words import COMMANDS, EXCUSE, PROMQL, SHELLS, SQL

DAYS = 30
"""How long a block that was just moved may stay unverified."""
SUFFIXES = dict.fromkeys(SQL, ".sql") | dict.fromkeys(PROMQL, ".promql") | dict.fromkeys(SHELLS | UNNAMED, ".sh")
KINDS = {".sh": "shell", ".sql": "sql", ".promql": "promql", ".chat": "chat"}


def extract(
    root: Path,
    page: Path,
    line: int,
    *,
    id: str | None = None,  # noqa: A002 - as the command line calls it
    host: str | None = None,
    today: dt.date | None = None,
) -> Path:
    """Move the fence at a line of a page and return the snippet's file. Raises InputError and changes nothing."""
    path = (root / page).resolve()
    shown = _show(root, path)
    source = _read(path, shown)
    fence = _find_fence(source, shown, line)
    suffix = SUFFIXES.get(fence.language)
    if suffix is None:
        _refuse(
            shown,
            fence.line,
            f"a {fence.language} block is not a command. Name a fence of {', '.join(sorted(COMMANDS))}.",
        )
    text = _cut_text(source, fence)
    if not text.strip():
        _refuse(shown, fence.line, "the block is empty. Write a command, or delete the block.")
    heading = find_heading(source, fence.line) or path.stem
    snippet_id = id or _make_id(root, path, shown, fence, heading)
    if "/" not in snippet_id or not all(NAME.fullmatch(part) for part in snippet_id.split("/")):
        _refuse(
            shown, fence.line, f"'{snippet_id}' is not a valid id. Write SYSTEM/NAME in small letters, digits and -."
        )
    role = host or _find_role(root, snippet_id.split("/", maxsplit=1)[0])
    target = root / "snippets" / f"{snippet_id}{suffix}"
    header = _make_header(fence, title=heading, host=role, suffix=suffix, root=root, today=today or dt.date.today())
    new_page = _replace_fence(source, fence, snippet_id, root=root, shown=shown)
    _write_both(target, header + text + "\n", path, new_page, root=root, shown=shown)
    return target


def _refuse(shown: str, line: int, text: str) -> NoReturn:
    raise InputError(Problem(Location(shown, line), text))


def _show(root: Path, path: Path) -> str:
    docs = find_docs(root).resolve()
    if not path.is_relative_to(docs) or path.suffix != ".md" or not path.is_file():
        text = "there is no such page. Fix the path."
        raise InputError(Problem(Location(str(path)), text))
    return path.relative_to(root.resolve()).as_posix()


def _read(path: Path, shown: str) -> str:
    try:
        # No newline translation: the bytes that are moved are the bytes that stood there.
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(Problem(Location(shown), "this is not valid UTF-8. Save the page as UTF-8.")) from error


def _find_fence(source: str, shown: str, line: int) -> Fence:
    fences = [fence for fence in find_fences(source) if fence.marked]
    for fence in fences:
        if fence.line <= line <= fence.last_line:
            if ">" in fence.indent:
                _refuse(shown, line, "the fence is inside a quotation, where macros do not work. Move it out.")
            return fence
    lines = ", ".join(str(fence.line) for fence in fences)
    there = f"Fences begin on line {lines}" if lines else "The page has no fences"
    raise InputError(Problem(Location(shown, line), f"no fence is on this line. {there}. Fix the line number."))


def _cut_text(source: str, fence: Fence) -> str:
    """Return what stands between the marks, less the indentation of the opening mark."""
    lines = source.split("\n")[fence.line : fence.last_line]
    if re.match(r"\s*(`{3,}|~{3,})\s*$", lines[-1]):  # a fence may end with its page
        lines.pop()
    width = len(fence.indent)
    return "\n".join(re.sub(rf"^[ \t]{{0,{width}}}", "", line) if width else line for line in lines)


def _make_id(root: Path, path: Path, shown: str, fence: Fence, heading: str) -> str:
    parts = path.relative_to(find_docs(root).resolve()).parts
    name = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
    if len(parts) < 2 or not name:
        _refuse(shown, fence.line, "the page belongs to no system, or its heading has no words. Use --id SYSTEM/NAME.")
    return f"{parts[0]}/{name}"


def _find_role(root: Path, system: str) -> str:
    """Return the first role that an environment has for a system."""
    for path in sorted((root / "environments").glob("*.yml")):
        values = yaml.safe_load(path.read_text("utf-8")) or {}
        for role in values.get("systems", {}).get(system, {}).get("hosts", {}):
            return str(role)
    text = f"no environment has a host for the system '{system}'. Add one, or choose an id of another system."
    raise InputError(Problem(Location("environments"), text))


def _make_header(fence: Fence, *, title: str, host: str, suffix: str, root: Path, today: dt.date) -> str:
    reason, owner, expires = (fence.attributes.get(name, "").strip() for name in EXCUSE)
    comment = COMMENTS[suffix]
    until = today + dt.timedelta(days=DAYS)
    with contextlib.suppress(ValueError):
        until = dt.date.fromisoformat(expires)
    lines = (
        "/// snippet",
        f"title = {_quote(title)}",
        f"host = {_quote(host)}",
        f"kind = {_quote(KINDS[suffix])}",
        # Nobody has looked yet, so that the worst is assumed.
        'risk = "destructive"',
        'undo = { none = "not known yet" }',
        "",
        "[skip]",
        f"reason = {_quote(reason or 'newly extracted; not yet verified')}",
        f"owner = {_quote(owner or _find_owner(root))}",
        f"expires = {until.isoformat()}",
        "///",
    )
    return "".join(f"{comment} {line}".rstrip() + "\n" for line in lines)


def _quote(text: str) -> str:
    # JSON's strings are TOML's basic strings.
    return json.dumps(text, ensure_ascii=False)


def _find_owner(root: Path) -> str:
    try:
        done = subprocess.run(
            ["git", "config", "user.name"], cwd=root, capture_output=True, text=True, timeout=10, check=False
        )
    except OSError:
        return "maintainers"
    return done.stdout.strip() or "maintainers"


def _replace_fence(source: str, fence: Fence, snippet_id: str, *, root: Path, shown: str) -> str:
    """Return the page with the macro as a paragraph of its own, in the same list item or admonition."""
    macro = f'@{{{{ snippet("{snippet_id}") }}}}@'
    if not fence.nested:
        return _put_macro(source, fence, fence.indent + macro)
    # SuperFences takes a fence that is indented by two or three; Python-Markdown wants four for a paragraph of an item,
    # and where it sees fewer levels of a list than CommonMark does, what is indented further is code to it.
    for width in range(-(-len(fence.indent.expandtabs(4)) // 4) * 4, -1, -4):
        page = _put_macro(source, fence, " " * width + macro)
        if macro in find_paragraphs(page, root):
            return page
    text = "a macro would not be a paragraph here. Indent the list by four, then try again."
    _refuse(shown, fence.line, text)


def _put_macro(source: str, fence: Fence, macro_line: str) -> str:
    lines = source.split("\n")
    before, after = lines[: fence.line - 1], lines[fence.last_line :]
    end = "\r" if lines[0].endswith("\r") else ""
    macro = [macro_line + end]
    if before and before[-1].strip():
        macro.insert(0, end)
    if after and after[0].strip():
        macro.append(end)
    return "\n".join([*before, *macro, *(after or [""])])


def _write_both(target: Path, content: str, page: Path, new_page: str, *, root: Path, shown: str) -> None:
    """Write both files whole, or none: each is complete beside its place before either is seen."""
    if any((target.with_suffix(suffix)).exists() for suffix in COMMENTS):
        place = target.relative_to(root).as_posix()
        _refuse(shown, 0, f"{place} already exists. Choose another name with --id SYSTEM/NAME.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        waiting = [_write_beside(path, text, stack) for path, text in ((target, content), (page, new_page))]
        os.chmod(waiting[1], page.stat().st_mode)
        os.link(waiting[0], target)  # unlike a rename, it never replaces a file that came meanwhile
        try:
            os.replace(waiting[1], page)
        except OSError:
            target.unlink()
            raise


def _write_beside(path: Path, text: str, stack: contextlib.ExitStack) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    stack.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
    os.chmod(name, 0o644)
    return Path(name)
