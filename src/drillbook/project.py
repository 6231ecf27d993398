"""A project as a whole: its environments, snippets, messages and sandboxes, read once, and how they hang together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from drillbook.environments import find_shape_problems, load_environment
from drillbook.errors import DrillbookError, Location, Problem, nearest
from drillbook.messages import Message, load_messages
from drillbook.model import Environment, Kind, Rendered, Snippet
from drillbook.rendering import render_snippet
from drillbook.sandbox_files import load_sandbox
from drillbook.sandbox_model import Sandbox
from drillbook.snippets import COMMENTS, parse_snippet

SHOWS = re.compile(r"""^\s*@\{\{\s*snippet\(\s*["']([^"']+)["']\s*\)\s*\}\}@\s*$""")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Project:
    """Everything under one root."""

    root: Path
    environments: Mapping[str, Environment]
    snippets: Mapping[str, Snippet]
    sandboxes: Mapping[str, Sandbox]
    messages: Mapping[str, Message]


def find_root(start: Path) -> Path:
    """Return the folder at or above `start` that holds mkdocs.yml and snippets/."""
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "snippets").is_dir():
            return folder
    text = f"{start} is in no Drillbook project; mkdocs.yml and snippets/ were expected; go there, or use --root"
    raise DrillbookError(Problem(Location("drillbook"), text))


def load_project(root: Path) -> Project:
    """Read a project. Raises DrillbookError with the problems of all its files."""
    problems: list[Problem] = []

    def collect(paths: list[Path], load: Callable[[Path, Path], T]) -> Iterator[T]:
        for path in paths:
            try:
                yield load(path, root)
            except DrillbookError as error:
                problems.extend(error.problems)

    environments = sorted((root / "environments").glob("*.yml"))
    snippets = _find_snippet_files(root, problems)
    sandboxes = sorted(path.parent for path in (root / "sandboxes").glob("*/sandbox.yml"))
    messages, wrong_messages = load_messages(root)
    problems += wrong_messages
    project = Project(
        root=root,
        environments={e.name: e for e in collect(environments, load_environment)},
        snippets={s.id: s for s in collect(snippets, parse_snippet)},
        sandboxes={s.system: s for s in collect(sandboxes, load_sandbox)},
        messages=messages,
    )
    problems += _find_unreadable(root)
    if not environments:
        problems.append(Problem(Location("environments"), "no environment is found; add one, such as production.yml"))
    if not snippets:
        problems.append(Problem(Location("snippets"), "no snippet is found; add one, such as SYSTEM/health.sh"))
    if not problems:
        problems = [*find_shape_problems(project.environments), *find_reference_problems(project)]
    if problems:
        raise DrillbookError(problems)
    return project


def _find_unreadable(root: Path) -> Iterator[Problem]:
    """Find files that would be passed over, or could not be read later on."""
    for path in sorted((root / "environments").glob("*")):
        if path.suffix != ".yml" and not path.name.startswith(".") and path.name != "README.md":
            text = "this is no environment; environments/NAME.yml was expected; rename it, or move it elsewhere"
            yield Problem(Location(path.relative_to(root).as_posix()), text)
    for path in sorted((root / "docs").rglob("*.md")):
        data = path.read_bytes()
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            text = f"byte {data[error.start]:#04x} is no UTF-8; UTF-8 was expected; save the page as UTF-8"
            yield Problem(Location(path.relative_to(root).as_posix(), line), text)


def _find_snippet_files(root: Path, problems: list[Problem]) -> list[Path]:
    """Return the files under snippets/; one that is no snippet, or a second one of the same id, is a problem."""
    found: dict[Path, Path] = {}
    for path in sorted((root / "snippets").rglob("*")):
        if path.is_dir() or path.name.startswith(".") or path.name == "README.md":
            continue
        shown = Location(path.relative_to(root).as_posix())
        if path.suffix not in COMMENTS or path.parent == root / "snippets":
            text = f"this is no snippet; snippets/SYSTEM/NAME with one of {', '.join(COMMENTS)} was expected; rename it"
            problems.append(Problem(shown, text))
        elif other := found.get(path.with_suffix("")):
            text = f"{other.name} has the same id; one file an id was expected; rename one"
            problems.append(Problem(shown, text))
        else:
            found[path.with_suffix("")] = path
    return list(found.values())


def find_reference_problems(project: Project) -> list[Problem]:
    """Find names in snippets that lead nowhere: snippets, probes, controls, hosts, systems."""
    problems: list[Problem] = []
    for snippet in project.snippets.values():
        for key, name in (("undo", snippet.undo), *(("requires", name) for name in snippet.requires)):
            if name is not None and name not in project.snippets:
                text = f"'{key}' names no snippet '{name}'; {nearest(name, project.snippets)}"
                problems.append(Problem(snippet.locate(key), text))
        other = project.snippets.get(snippet.undo or "")
        if other and other.undo == snippet.id:
            text = (
                f"it and {other.id} undo each other; one has to come first; say in the one that only takes back: "
                'undo = { none = "it is itself an undo" }'
            )
            problems.append(Problem(snippet.locate("undo"), text))
        if cycle := _find_cycle(project, snippet):
            text = f"it requires itself by way of {' -> '.join(cycle)}; break the circle"
            problems.append(Problem(snippet.locate("requires"), text))
        sandbox = project.sandboxes.get(snippet.system)
        if sandbox is not None:
            problems += _find_unknown_parts(snippet, sandbox)
        elif snippet.skip is None:
            text = f"system {snippet.system} has no sandbox; {nearest(snippet.system, project.sandboxes)}"
            problems.append(Problem(snippet.locate("title"), text))
    return problems


def _find_unknown_parts(snippet: Snippet, sandbox: Sandbox) -> Iterator[Problem]:
    for key, names, known in (
        ("changes", snippet.changes, sandbox.probes),
        ("control", (snippet.control,) if snippet.control else (), sandbox.controls),
        ("host", (snippet.host,), sandbox.hosts),
    ):
        for name in names:
            if name not in known:
                text = f"'{key}' names '{name}', which the sandbox does not have; {nearest(name, known)}"
                yield Problem(snippet.locate(key), text)
    if snippet.kind is Kind.SHELL or snippet.skip:
        return
    if (found := sandbox.kinds.get(snippet.kind)) is None:
        text = f"nothing in the sandbox takes the kind '{snippet.kind}'; {nearest(snippet.kind, sandbox.kinds)}"
        yield Problem(snippet.locate("kind"), text)
    elif snippet.host != found.host:
        text = f"'{snippet.kind}' is taken on host '{found.host}', not on '{snippet.host}'; mend 'host'"
        yield Problem(snippet.locate("host"), text)


def _find_cycle(project: Project, snippet: Snippet) -> tuple[str, ...]:
    def search(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way, name)
        found = project.snippets.get(name)
        ways = (search(other, (*way, name)) for other in (found.requires if found else ()))
        return next(filter(None, ways), ())

    return search(snippet.id, ())


@cache
def render(project: Project, snippet_id: str, environment: str) -> Rendered:
    """Render a snippet in an environment, once."""
    return render_snippet(project.snippets[snippet_id], project.environments[environment])


def try_rendering(project: Project, environments: Collection[str] = ()) -> tuple[list[Rendered], list[Problem]]:
    """Render every snippet in every environment, or those named; return what came out, and all that is wrong."""
    problems: list[Problem] = []
    done = []
    for snippet_id in project.snippets:
        for environment in environments or project.environments:
            try:
                done.append(render(project, snippet_id, environment))
            except DrillbookError as error:
                problems.extend(error.problems)
    return done, problems


def render_all(project: Project, environments: Collection[str] = ()) -> tuple[Rendered, ...]:
    """Render every snippet in every environment, or those named. Raises DrillbookError with all that is wrong."""
    done, problems = try_rendering(project, environments)
    if problems:
        raise DrillbookError(sorted(set(problems)))
    return tuple(done)


@cache
def pages_showing(project: Project) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return for each snippet the pages (relative to the root) and lines that show it."""
    shown: dict[str, tuple[tuple[str, int], ...]] = {}
    for path in sorted((project.root / "docs").rglob("*.md")):
        page = path.relative_to(project.root).as_posix()
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
            for snippet_id in SHOWS.findall(line):
                shown[snippet_id] = (*shown.get(snippet_id, ()), (page, number))
    return shown


@cache
def undone_by(project: Project) -> Mapping[str, str]:
    """Return for each undo the snippet that it undoes, the first by name where there are several."""
    return {s.undo: s.id for s in sorted(project.snippets.values(), key=lambda s: s.id, reverse=True) if s.undo}
