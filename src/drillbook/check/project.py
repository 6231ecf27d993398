"""Everything that can be known to be wrong without running a snippet: `drillbook check`."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import combinations
from pathlib import Path

from drillbook.check.pages import check_front_matter, check_messages
from drillbook.core.errors import DrillbookError, Location, Problem, nearest
from drillbook.core.index import NOTHING, Index, join_key
from drillbook.core.model import Kind, Rendered
from drillbook.core.rules import JsonSchema
from drillbook.evidence.status import find_today
from drillbook.lint.fences import lint_page
from drillbook.lint.snippet import find_shellcheck, lint_all
from drillbook.project.macro_calls import parse_macros
from drillbook.project.pages import Page, load_pages
from drillbook.project.project import Project, load_project, pages_showing, try_rendering
from drillbook.project.rendering import same_program

# What mkdocs-macros gives to every page besides our own macros.
PLUGIN_NAMES = frozenset(
    {"config", "environment", "files", "git", "macros_info", "navigation", "now", "page", "plugin"}
)
# Every opener of ours in a page, to find those that Jinja takes for text: `@ {{ snippet(…) }}@`.
_NEARLY = re.compile(
    r"@\s+\{\{|\{\{\s*(?:snippet|message|value|contacts|severities|escalation|symptoms|status_table)\s*\("
)


def check_project(root: Path, today: dt.date | None = None, index: Index | None = None) -> list[Problem]:
    """Return every static problem of a project; the first stage that finds some ends the check.

    With an index, a snippet or a page is looked at again only where something has changed that its problems hang on.
    """
    today = today or find_today()
    try:
        project = load_project(root, index)
    except DrillbookError as error:
        # Pages do not hang on what could not be read.
        pages, _ = load_pages(root, index.read if index else Path.read_bytes)
        return sorted({*error.problems, *_check_fences(root, pages, (), today, index)})
    problems = check_snippets(project)
    problems += _check_fences(root, project.pages, project.sandboxes, today, index)
    problems += check_pages(project)
    problems += check_messages(project)
    problems += expired_skips(project, today)
    problems += stray_evidence(project)
    if index:
        index.save()
    return sorted(set(problems))


def check_snippets(project: Project) -> list[Problem]:
    """Return what is wrong with each snippet as such, in any environment."""
    if (index := project.index) is None:
        return [problem for found in _check_each(project, project.snippets).values() for problem in found]
    shellcheck = Path(find_shellcheck())
    environments = [index.digest(project.root / one.path) for one in project.environments.values()]
    given = join_key(str(shellcheck), index.digest(shellcheck), *environments)
    keys = {one.id: join_key(given, one.path, one.file_sha256) for one in project.snippets.values()}
    found = {name: index.find("snippet-checks", name, key) for name, key in keys.items()}
    for name, problems in _check_each(project, [name for name, kept in found.items() if kept is None]).items():
        found[name] = problems
        index.keep("snippet-checks", name, keys[name], problems)
    return [problem for problems in found.values() for problem in problems]


def _check_each(project: Project, names: Iterable[str]) -> dict[str, tuple[Problem, ...]]:
    """Return for each snippet what is wrong with it; that hangs on its file and the environments alone."""
    found: dict[str, set[Problem]] = {name: set() for name in names}
    everything: list[Rendered] = []
    for name, problems in found.items():
        rendered, wrong = try_rendering(project, ids=[name])
        problems.update(wrong, check_same_program(rendered), check_schemas(rendered))
        everything += rendered
    ids = {project.snippets[name].path: name for name in found}
    for problem in lint_all(everything):
        found[ids[problem.location.path]].add(problem)
    return {name: tuple(sorted(problems)) for name, problems in found.items()}


def expired_skips(project: Project, today: dt.date) -> list[Problem]:
    """Return the skips whose date has passed: the site is still built with them, and the tests fail."""
    return [
        Problem(
            Location(snippet.path, 1),
            f"its skip expired on {snippet.skip.expires} ({snippet.skip.reason}). Run it, "
            f"or have {snippet.skip.owner} renew the reason.",
        )
        for snippet in project.snippets.values()
        if snippet.skip and snippet.skip.expires < today
    ]


def stray_evidence(project: Project) -> list[Problem]:
    """Return the records that belong to no snippet and environment: they outlived what they speak of."""
    folder = project.root / "evidence"
    known = {
        f"{snippet.system}/{environment}/{snippet.id.partition('/')[2]}.json"
        for snippet in project.snippets.values()
        for environment in project.environments
    }
    text = "there is no snippet or no environment of this name. Delete the record."
    return [
        Problem(Location(path.relative_to(project.root).as_posix()), text)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.relative_to(folder).as_posix() not in known
    ]


def check_same_program(rendered: Iterable[Rendered]) -> list[Problem]:
    """Return the snippets that are another program in another environment."""
    by_snippet: dict[str, list[Rendered]] = {}
    for one in rendered:
        if one.snippet.kind is Kind.SHELL:
            by_snippet.setdefault(one.snippet.id, []).append(one)
    pairs = (pair for group in by_snippet.values() for pair in combinations(group, 2))
    return [problem for first, second in pairs if (problem := same_program(first, second))]


def check_schemas(rendered: Iterable[Rendered]) -> list[Problem]:
    """Return the JSON Schemas of expectations that are none: they would refuse, or accept, every output."""
    import jsonschema  # noqa: PLC0415  # slow to import

    problems = []
    for one in rendered:
        for number, expectation in enumerate(one.expectations):
            if not isinstance(expectation.rule, JsonSchema):
                continue
            try:
                jsonschema.Draft202012Validator.check_schema(expectation.rule.schema)
            except jsonschema.SchemaError as error:
                text = f"json_schema is not a valid JSON Schema: {error.message}. Use draft 2020-12."
                problems.append(Problem(one.snippet.locate(f"expect.{number}.json_schema"), text))
    return problems


def _check_fences(
    root: Path, pages: Mapping[str, Page], systems: Iterable[str], today: dt.date, index: Index | None
) -> list[Problem]:
    folders = {*systems, *(path.name for path in (root / "snippets").glob("*/") if path.is_dir())}
    problems: list[Problem] = []
    settings = index.digest(root / "mkdocs.yml") if index else ""
    for name, page in pages.items():
        on_system_page = name.split("/")[0] in folders

        def check(page: Page = page, on_system_page: bool = on_system_page) -> Iterator[Problem]:
            yield from lint_page(page.source, page.path, today, root=root, on_system_page=on_system_page)
            yield from check_front_matter(page, today, root=root, on_system_page=on_system_page)

        # Reasons expire, and reviews are not to come: the date is one of the things that a page's problems hang on.
        problems += _recall(index, "page-checks", root / page.path, check, str(on_system_page), str(today), settings)
    if index and settings != NOTHING:
        index.read(root / "mkdocs.yml")  # and if it has changed meanwhile, nothing is kept
    return problems


def _recall(
    index: Index | None, part: str, page: Path, check: Callable[[], Iterable[Problem]], *others: str
) -> Iterable[Problem]:
    """Return what a check says of a page; it hangs on the page's bytes as they were read, and on others."""
    if index is None:
        return check()
    key = join_key(index.digest(page), *others)
    found: tuple[Problem, ...] | None = index.find(part, str(page), key)
    if found is None:
        found = tuple(check())
        index.keep(part, str(page), key, found)
    return found


def check_pages(project: Project) -> list[Problem]:
    """Return the snippets that no page shows, and the macros and values in pages that there are not."""
    index = project.index
    values = [[one.name, *one.lines] for one in project.environments.values()]
    names = json.dumps([[*project.snippets], [*project.messages], values])
    problems: list[Problem] = []
    for page in project.pages.values():
        check = partial(_check_macros, project, page)
        problems += _recall(index, "macro-checks", project.root / page.path, check, names)
    shown = pages_showing(project)
    for snippet in project.snippets.values():
        if snippet.id not in shown:
            text = f'no page shows it. Write @{{{{ snippet("{snippet.id}") }}}}@ on a page.'
            problems.append(Problem(Location(snippet.path, 1), text))
    return problems


def _check_macros(project: Project, page: Page) -> Iterator[Problem]:
    """Read a page as Jinja does, and look each name up."""
    import jinja2  # noqa: PLC0415  # slow to import
    from jinja2 import nodes  # noqa: PLC0415  # likewise

    from drillbook.site.macros import MACROS  # noqa: PLC0415  # brings Pygments along

    for number, line in enumerate(page.markdown.split("\n"), start=1):
        if _NEARLY.search(line.replace("@{{", "")):
            text = "this looks like a macro with wrong delimiters. Write `@{{ name(…) }}@`."
            yield Problem(Location(page.path, number), text)
    try:
        tree = parse_macros(page.markdown)
    except jinja2.TemplateSyntaxError as error:
        text = f"this macro is not complete: {str(error.message).rstrip('.')}. Close what you opened."
        yield Problem(Location(page.path, error.lineno), text)
        return
    assigned = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    for name in tree.find_all(nodes.Name):
        if name.name not in {*MACROS, *PLUGIN_NAMES, *assigned}:
            text = f"there is no macro '{name.name}'. {nearest(name.name, MACROS)}"
            yield Problem(Location(page.path, name.lineno), text)
    yield from _check_calls(project, page)


def _check_calls(project: Project, page: Page) -> Iterator[Problem]:
    blocks: dict[str, Collection[str]] = {"snippet": project.snippets, "message": project.messages}
    for call in page.calls:
        place = Location(page.path, call.line)
        if call.macro not in blocks:
            continue
        if not call.alone:
            yield Problem(place, f"the macro {call.macro}(…) shares its line. Give it a line of its own.")
        if call.word not in (known := blocks[call.macro]):
            yield Problem(place, f"there is no {call.macro} '{call.word}'. {nearest(call.word, known)}")
    for value in page.values:
        for environment in project.environments.values():
            known = {*environment.lines, "environment.name", "environment.label"}
            if value.name not in known:
                text = f"there is no value '{value.name}' in {environment.name}. {_suggest(value.name, known)}"
                yield Problem(Location(page.path, value.line), text)


def _suggest(dotted: str, known: Iterable[str]) -> str:
    parent = dotted.rpartition(".")[0]
    siblings = [name for name in known if name.rpartition(".")[0] == parent]
    return nearest(dotted, siblings or (name for name in known if "." not in name))
