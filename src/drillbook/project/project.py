"""A project as a whole: its environments, snippets, messages, sandboxes and pages, each read once, and their links."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from drillbook.core.errors import DrillbookError, InputError, Location, Problem, nearest
from drillbook.core.index import Index, Read
from drillbook.core.model import Environment, Kind, Rendered, Snippet
from drillbook.project.environments import find_shape_problems, load_environment
from drillbook.project.messages import Message, load_messages
from drillbook.project.pages import Page, find_docs, load_pages
from drillbook.project.rendering import render_snippet
from drillbook.project.sandbox_files import find_share, hash_definition, load_sandbox
from drillbook.project.sandbox_model import Sandbox
from drillbook.project.snippets import COMMENTS, parse_snippet
from drillbook.project.values import flatten

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Project:
    """Everything under one root."""

    root: Path
    environments: Mapping[str, Environment]
    snippets: Mapping[str, Snippet]
    sandboxes: Mapping[str, Sandbox]
    messages: Mapping[str, Message]
    pages: Mapping[str, Page]
    """By path below their folder."""
    docs: Path
    """The folder of its pages."""
    index: Index | None = None
    """With which it was read; None where the files themselves were."""

    def show_page(self, source: str) -> str:
        """Return a page's path relative to the root, such as `docs/index.md`, of that below the pages' folder."""
        return (self.docs / source).relative_to(self.root).as_posix()


def find_root(start: Path) -> Path:
    """Return the folder at or above `start` that holds mkdocs.yml and environments/."""
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "environments").is_dir():
            return folder
    text = (
        f"{start} is not in a Drillbook project, a folder with mkdocs.yml and environments/. Go to one, or use --root."
    )
    raise InputError(Problem(Location("drillbook"), text))


def load_project(root: Path, index: Index | None = None) -> Project:
    """Read a project. Raises InputError with the problems of all its files."""
    load_one = _Loader(index)
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
    pages, wrong_pages = load_pages(root, index.read if index else Path.read_bytes)
    problems += [*wrong_messages, *wrong_pages]
    project = Project(
        root=root,
        environments={e.name: e for e in collect(environments, load_one.environment)},
        snippets={s.id: s for s in collect(snippets, load_one.snippet)},
        sandboxes={s.system: s for s in collect(sandboxes, load_one.sandbox)},
        messages=messages,
        pages=pages,
        docs=find_docs(root),
        index=index,
    )
    problems += _find_passed_over(root)
    if not environments:
        problems.append(Problem(Location("environments"), "there is no environment. Add one, such as production.yml."))
    if not problems:
        problems = [*find_shape_problems(project.environments), *find_reference_problems(project)]
    if problems:
        raise InputError(problems)
    return project


class _Loader:
    """Reads the files of a project; with an index, only those that it does not know."""

    def __init__(self, index: Index | None) -> None:
        self.index = index

    def environment(self, path: Path, root: Path) -> Environment:
        """Return an environment."""
        return self._load(path, root, load_environment)

    def snippet(self, path: Path, root: Path) -> Snippet:
        """Return a snippet."""
        return self._load(path, root, parse_snippet)

    def _load(self, path: Path, root: Path, load: Callable[[Path, Path, Read], T]) -> T:
        if (index := self.index) is None:
            return load(path, root, Path.read_bytes)
        key = index.digest(path)
        found: T | None = index.find("files-read", str(path), key)
        if found is None:
            found = load(path, root, index.read)
            index.keep("files-read", str(path), key, found)
        return found

    def sandbox(self, folder: Path, root: Path) -> Sandbox:
        """Return a sandbox; which folders it has a share in stands in a file that its definition counts."""
        if (index := self.index) is None:
            return load_sandbox(folder, root)
        kept: Sandbox | None = index.peek("files-read", str(folder))
        if (
            kept
            and all(one.is_dir() and one == find_share(folder, one.name) for one in kept.shares)
            and hash_definition((folder, *kept.shares), index) == kept.definition
        ):
            return kept
        found = load_sandbox(folder, root, index)
        index.keep("files-read", str(folder), found.definition, found)
        return found


def _find_passed_over(root: Path) -> Iterator[Problem]:
    """Find files that would be passed over."""
    for path in sorted((root / "environments").glob("*")):
        if path.suffix != ".yml" and not path.name.startswith(".") and path.name != "README.md":
            text = "this is not an environment. Rename it to environments/NAME.yml, or move it elsewhere."
            yield Problem(Location(path.relative_to(root).as_posix()), text)


def _find_snippet_files(root: Path, problems: list[Problem]) -> list[Path]:
    """Return the files under snippets/; one that is no snippet, or a second one of the same id, is a problem."""
    found: dict[str, Path] = {}
    top = root / "snippets"
    # Of thousands of files, each Path and each stat is felt.
    names = (os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names)
    for name in sorted(names, key=lambda name: name.split(os.sep)):
        path = Path(name)
        if path.name.startswith(".") or path.name == "README.md":
            continue
        shown = Location(name.removeprefix(f"{root}/"))
        bare, suffix = os.path.splitext(name)
        if suffix not in COMMENTS or path.parent == top:
            text = f"this is not a snippet. Rename it to snippets/SYSTEM/NAME with one of {', '.join(COMMENTS)}."
            problems.append(Problem(shown, text))
        elif other := found.get(bare):
            text = f"{other.name} has the same id. Rename one of them."
            problems.append(Problem(shown, text))
        else:
            found[bare] = path
    return list(found.values())


def find_reference_problems(project: Project) -> list[Problem]:
    """Find names in snippets that lead nowhere: snippets, probes, controls, hosts, systems."""
    problems: list[Problem] = []
    sound: set[str] = set()
    for snippet in project.snippets.values():
        for key, name in (("undo", snippet.undo), *(("requires", name) for name in snippet.requires)):
            if isinstance(name, str) and name not in project.snippets:
                text = f"'{key}' names no snippet '{name}'. {nearest(name, project.snippets)}"
                problems.append(Problem(snippet.locate(key), text))
        other = project.snippets.get(snippet.undo) if isinstance(snippet.undo, str) else None
        if other and other.undo == snippet.id:
            text = (
                f"it and {other.id} undo each other. One must come first. In the one that only reverses, "
                'write `undo = { none = "it is itself an undo" }`.'
            )
            problems.append(Problem(snippet.locate("undo"), text))
        if cycle := _find_cycle(project, snippet, sound):
            text = f"it requires itself through {' -> '.join(cycle)}. Break the cycle."
            problems.append(Problem(snippet.locate("requires"), text))
        sandbox = project.sandboxes.get(snippet.system)
        if sandbox is not None:
            problems += _find_unknown_parts(snippet, sandbox)
        elif snippet.skip is None:
            text = f"system {snippet.system} has no sandbox. {nearest(snippet.system, project.sandboxes)}"
            problems.append(Problem(snippet.locate("title"), text))
    return problems


def _find_unknown_parts(snippet: Snippet, sandbox: Sandbox) -> Iterator[Problem]:
    control = snippet.control if isinstance(snippet.control, str) else ""
    for key, names, known in (
        ("changes", snippet.changes, sandbox.probes),
        ("control", (control,) if control else (), sandbox.controls),
        ("host", (snippet.host,), sandbox.hosts),
    ):
        for name in names:
            if name not in known:
                text = f"'{key}' names '{name}', which the sandbox does not have. {nearest(name, known)}"
                yield Problem(snippet.locate(key), text)
    if snippet.kind is Kind.SHELL or snippet.skip:
        return
    if (found := sandbox.kinds.get(snippet.kind)) is None:
        text = f"nothing in the sandbox runs the kind '{snippet.kind}'. {nearest(snippet.kind, sandbox.kinds)}"
        yield Problem(snippet.locate("kind"), text)
    elif snippet.host != found.host:
        text = f"'{snippet.kind}' runs on host '{found.host}', not on '{snippet.host}'. Fix 'host'."
        yield Problem(snippet.locate("host"), text)


def _find_cycle(project: Project, snippet: Snippet, sound: set[str]) -> tuple[str, ...]:
    """Return the way from a snippet into a circle, if one leads there; `sound` notes those from which none does."""

    def search(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in sound:
            return ()
        if name in way:
            return (*way, name)
        found = project.snippets.get(name)
        ways = (search(other, (*way, name)) for other in (found.requires if found else ()))
        circle = next(filter(None, ways), ())
        if not circle:
            sound.add(name)
        return circle

    return search(snippet.id, ())


@cache
def render(project: Project, snippet_id: str, environment: str) -> Rendered:
    """Render a snippet in an environment, once."""
    return render_snippet(project.snippets[snippet_id], project.environments[environment])


def try_rendering(
    project: Project, environments: Collection[str] = (), *, ids: Iterable[str] | None = None
) -> tuple[list[Rendered], list[Problem]]:
    """Render every snippet in every environment, or those named; return what came out, and all that is wrong."""
    problems: list[Problem] = []
    done = []
    for snippet_id in project.snippets if ids is None else ids:
        for environment in environments or project.environments:
            try:
                done.append(render(project, snippet_id, environment))
            except DrillbookError as error:
                problems.extend(error.problems)
    return done, problems


def render_all(project: Project, environments: Collection[str] = ()) -> tuple[Rendered, ...]:
    """Render every snippet in every environment, or those named. Raises InputError with all that is wrong."""
    done, problems = try_rendering(project, environments)
    if problems:
        raise InputError(sorted(set(problems)))
    return tuple(done)


@cache
def pages_showing(project: Project) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return for each snippet the pages (by path below their folder) and lines that show it."""
    shown: dict[str, tuple[tuple[str, int], ...]] = {}
    for name, page in project.pages.items():
        for snippet in page.snippets:
            shown[snippet.name] = (*shown.get(snippet.name, ()), (name, snippet.line))
    return shown


@cache
def undone_by(project: Project) -> Mapping[str, str]:
    """Return for each undo the snippet that it undoes, the first by name where there are several."""
    snippets = sorted(project.snippets.values(), key=lambda s: s.id, reverse=True)
    return {s.undo: s.id for s in snippets if isinstance(s.undo, str)}


def sandbox_variables(project: Project, sandbox: Sandbox, environment: str) -> dict[str, str]:
    """Return the variables of the environment that the sandbox's compose.yaml takes."""
    values = project.environments[environment].values
    flat = flatten(values[sandbox.system.replace("-", "_")]) | {"ENVIRONMENT_NAME": environment}
    return {name: flat[name] for name in sandbox.variables if name in flat}
