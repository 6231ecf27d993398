"""What pages can ask for: the bodies of the macros, and the HTML that takes their place after Markdown has run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from drillbook.core.errors import InputError, Location, Problem, UnknownNameError, nearest
from drillbook.core.model import Environment
from drillbook.evidence.status import SnippetResult, load_results
from drillbook.lint.fence_kinds import UndeclaredError, check_languages, declare_kinds
from drillbook.project.macro_calls import run_calls
from drillbook.project.messages import RenderedMessage, render_message
from drillbook.project.pages import FrontMatter, name_anchor, name_message_anchor, read_front_matters
from drillbook.project.project import Project, load_project, pages_showing
from drillbook.project.rendering import DELIMITERS
from drillbook.project.values import find_value, list_leaves
from drillbook.site import tables
from drillbook.site.addresses import page_address, relative_address
from drillbook.site.blocks import Link, render_block
from drillbook.site.markup import render_template
from drillbook.site.message_blocks import render_message_block, spell_title

MACROS = ("snippet", "message", "value", "severities", "contacts", "escalation", "symptoms", "status_table")
"""What a page can call; each is a method of `SitePage`."""


@dataclass(slots=True, kw_only=True)
class Site:
    """The pages of one environment, as they are written or audited."""

    project: Project
    environment: Environment
    results: Mapping[tuple[str, str], SnippetResult]
    shown: Mapping[str, tuple[str, ...]]
    """HTML pages that show a snippet, by the snippet's id."""
    front_matters: Mapping[str, FrontMatter]
    """What pages say of themselves, by their paths under docs/."""
    pages: dict[str, SitePage] = field(default_factory=dict)

    def page(self, source: str) -> SitePage:
        """Return the page whose path under the pages' folder is `source`, a new one where it was not asked for yet."""
        return self.pages.setdefault(source, SitePage(site=self, source=source))

    def render_message(self, message_id: str) -> RenderedMessage:
        """Render a message in this environment."""
        return render_message(self.project.messages[message_id], self.environment)

    @property
    def others(self) -> tuple[Environment, ...]:
        """Return the other environments, for the switch."""
        return tuple(e for name, e in sorted(self.project.environments.items()) if name != self.environment.name)


def open_site(
    project: Project, environment: str, results: Mapping[tuple[str, str], SnippetResult] | None = None
) -> Site:
    """Gather what the pages of one environment need."""
    if environment not in project.environments:
        text = f"there is no environment '{environment}'. {nearest(environment, project.environments)}"
        raise InputError(Problem(Location("environments"), text))
    shown = {
        name: tuple(dict.fromkeys(page_address(page) for page, _ in places))
        for name, places in pages_showing(project).items()
    }
    return Site(
        project=project,
        environment=project.environments[environment],
        results=load_results(project, environments=(environment,)) if results is None else results,
        shown=shown,
        front_matters=read_front_matters(project.pages),
    )


def load_site(root: Path, environment: str | None = None) -> Site:
    """Load the project and open the site of this environment, or of the only one."""
    project = load_project(root)
    names = sorted(project.environments)
    if environment is None and len(names) != 1:
        text = f"a site is of one environment, and here are {', '.join(names) or 'none'}"
        advice = "Use `drillbook build`, which builds each, or name one: `environment:` of the plugin."
        raise InputError(Problem(Location("mkdocs.yml"), f"{text}. {advice}"))
    return open_site(project, environment or names[0])


@dataclass(slots=True, kw_only=True)
class SitePage:
    """One page: what its macros were asked for, in order."""

    site: Site
    source: str
    fragments: list[str] = field(default_factory=list)
    """HTML to be put in after Markdown has run."""
    blocks: list[str] = field(default_factory=list)
    """Ids of the snippets that the page shows."""
    messages: list[str] = field(default_factory=list)
    """Ids of the messages that the page shows."""
    values: list[tuple[str, str]] = field(default_factory=list)
    """Dotted paths of the environment's values that the page shows, with their texts."""
    html: str = ""
    """The page's HTML, once it has been filled."""

    @property
    def macros(self) -> dict[str, Callable[..., str]]:
        """Return what Markdown can call, by name."""
        return {name: getattr(self, name) for name in MACROS}

    def render(self, markdown: str) -> str:
        """Return the page's Markdown with every macro run. Raises InputError where Jinja cannot read it."""
        done = run_calls(markdown, self.macros)
        if done is not None:
            return done
        settings: Any = DELIMITERS
        jinja = jinja2.Environment(**settings, undefined=jinja2.StrictUndefined, autoescape=False)
        try:
            return jinja.from_string(markdown).render(self.macros)
        except jinja2.TemplateError as error:
            line = getattr(error, "lineno", None) or 0
            where = Location(self.site.project.show_page(self.source), line)
            raise InputError(Problem(where, f"{error.message}")) from error

    def snippet(self, snippet_id: str) -> str:
        """Show a snippet's block."""
        site = self.site
        result = site.results.get((snippet_id, site.environment.name))
        if result is None:
            known = {name for name, _ in site.results}
            raise self._fail(f"there is no snippet '{snippet_id}'. {nearest(snippet_id, known)}", snippet_id)
        self.blocks.append(snippet_id)
        snippet = result.rendered.snippet
        block = render_block(
            result,
            label=site.environment.label,
            anchor=name_anchor(snippet_id, Counter(self.blocks)[snippet_id]),
            undo=self._link(snippet.undo) if isinstance(snippet.undo, str) else None,
            requires=tuple(self._link(other) for other in snippet.requires),
        )
        return self._add_fragment(block)

    def message(self, message_id: str, title: str = "") -> str:
        """Show a message to send, with its blanks marked."""
        known = self.site.project.messages
        if message_id not in known:
            raise self._fail(f"there is no message '{message_id}'. {nearest(message_id, known)}", message_id)
        self.messages.append(message_id)
        block = render_message_block(
            self.site.render_message(message_id),
            label=self.site.environment.label,
            title=title or spell_title(message_id),
            anchor=name_message_anchor(message_id, Counter(self.messages)[message_id]),
        )
        return self._add_fragment(block)

    def value(self, dotted: str) -> str:
        """Show one of the environment's values."""
        return str(self._mark(dotted))

    def severities(self, system: str) -> str:
        """Show a system's severities as a table."""
        base = f"{system}.severities"
        return self._add_fragment(tables.show_severities(self._find(base), base, self._mark))

    def contacts(self, system: str) -> str:
        """Show whom to call as a table."""
        base = f"{system}.contacts"
        return self._add_fragment(tables.show_contacts(self._find(base), base, self._mark))

    def escalation(self, system: str) -> str:
        """Show the escalation chain as a diagram and a list."""
        base = f"{system}.escalation"
        return self._add_fragment(tables.show_escalation(self._find(base), base, f"{system}.contacts", self._mark))

    def status_table(self) -> str:
        """Show how all snippets stand in this environment, worst first."""
        environment = self.site.environment.name
        results = [(one, self._address(name)) for (name, env), one in self.site.results.items() if env == environment]
        return self._add_fragment(tables.show_results(results))

    def symptoms(self, system: str) -> str:
        """Show the symptoms that all pages of a system deal with, each with a link to where they do."""
        here = page_address(self.source)
        found = [
            (symptom.text, f"{relative_address(page_address(source), here)}#{symptom.anchor}", front.title)
            for source, front in self.site.front_matters.items()
            if source.startswith(f"{system}/")
            for symptom in front.symptoms
        ]
        if not found:
            raise self._fail(f"no page of '{system}' has symptoms. Add `symptoms:` to the front matter of one.", system)
        return self._add_fragment(tables.show_symptoms(found))

    @property
    def anchors(self) -> set[str]:
        """Return the fragments of the page's blocks, to which other pages may link."""
        counted = [(name_anchor, Counter(self.blocks)), (name_message_anchor, Counter(self.messages))]
        return {make(name, n) for make, found in counted for name, most in found.items() for n in range(1, most + 1)}

    @property
    def details(self) -> str:
        """Return the HTML of what the page says of itself, for its foot."""
        front = self.site.front_matters.get(self.source)
        return str(tables.show_details(front)) if front else ""

    def fill(self, html: str) -> str:
        """Declare each block's kind, put the HTML in byte for byte, and name the boxes of checklists."""
        try:
            html = declare_kinds(html)
        except UndeclaredError as error:
            raise self._fail(str(error)) from error
        for number, fragment in enumerate(self.fragments):
            placeholder = f"<p>{_make_placeholder(number)}</p>"
            if html.count(placeholder) != 1:
                raise self._fail(
                    f"macro {number + 1} that makes a block is not a paragraph of its own. "
                    "Put a blank line before and after it, and nothing else on its line."
                )
            html = html.replace(placeholder, fragment)
        # The reader ticks the steps of a checklist off; Markdown leaves their boxes without a name.
        return html.replace('<input type="checkbox"', '<input type="checkbox" aria-label="Done"')

    def check_languages(self, markdown: str) -> None:
        """Raise for a fence in a language that is not known: it would be published as plain text."""
        try:
            check_languages(markdown)
        except UndeclaredError as error:
            raise self._fail(str(error), error.word) from error

    def _add_fragment(self, html: Markup) -> str:
        # From here on it is a plain text: Markup would escape the pages that it is joined to.
        self.fragments.append(str(html))
        return _make_placeholder(len(self.fragments) - 1)

    def _find(self, dotted: str) -> Any:
        """Look a value up by its dotted path."""
        try:
            return find_value(self.site.environment, dotted)
        except UnknownNameError as error:
            raise self._fail(str(error), dotted, dotted.partition(".")[0]) from error

    def _mark(self, dotted: str, tag: str = "span") -> Markup:
        """Mark a value in HTML; all but letters and digits as entities, so that Markdown leaves it alone."""
        found = self._find(dotted)
        if not isinstance(found, str | int | float):
            text = f"'{dotted}' is not one value but several. {nearest(dotted, list_leaves(found, dotted))}"
            raise self._fail(text, dotted)
        text = str(found)
        self.values.append((dotted, text))
        safe = "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"&#{ord(c)};" for c in text)
        return render_template("value.html", tag=tag, path=dotted, text=Markup(safe))

    def _link(self, snippet_id: str) -> Link:
        other = self.site.results[snippet_id, self.site.environment.name]
        return Link(title=other.rendered.snippet.title, href=self._address(snippet_id))

    def _address(self, snippet_id: str) -> str | None:
        """Return the address of a snippet's block, relative to this page; this page's own if it has one."""
        pages = self.site.shown.get(snippet_id, ())
        here = page_address(self.source)
        if not pages:
            return None
        fragment = f"#{name_anchor(snippet_id)}"
        return fragment if here in pages else relative_address(pages[0], here) + fragment

    def _fail(self, text: str, *words: str) -> InputError:
        """Return the error, at the first line of the page's source that holds one of the words."""
        page = self.site.project.pages.get(self.source)
        lines = page.source.split("\n") if page else []
        found = (n for word in words for n, line in enumerate(lines, start=1) if word in line)
        return InputError(Problem(Location(self.site.project.show_page(self.source), next(found, 0)), text))


def _make_placeholder(number: int) -> str:
    return f"drillbookfragment{number}end"


def read_pages(site: Site) -> dict[str, SitePage]:
    """Run the macros of every page without Markdown, to learn what each must show; by HTML address."""
    found = {}
    for source, file in site.project.pages.items():
        page = site.page(source)
        page.render(file.markdown)
        found[page_address(source)] = page
    return found
