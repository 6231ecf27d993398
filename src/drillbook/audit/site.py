"""The proof that a built site shows what its sources render and its evidence says, by reckoning it anew."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import html

from drillbook.audit.leaks import find_foreign, find_leaks, find_remote_loads
from drillbook.audit.links import find_dead_links
from drillbook.core.errors import InputError, Location, Problem, SetupError
from drillbook.core.model import Status, sha256
from drillbook.evidence.status import SnippetResult, load_results
from drillbook.project.project import Project
from drillbook.shell.words import COMMANDS, EXCUSE
from drillbook.site.build import MANIFEST, hash_inputs
from drillbook.site.macros import Site, SitePage, open_site, read_pages

_BAD = (Status.FAILED, Status.ERRORED, Status.STALE, Status.UNVERIFIED)


def audit_site(
    site: Path, project: Project, *, strict: bool, today: dt.date | None = None, evidence: Path | None = None
) -> list[Problem]:
    """Return what is wrong with a built site; `strict` also refuses snippets without a fresh, good verdict."""
    if not site.is_dir():
        text = "there is no built site here. Run `drillbook build`."
        raise InputError(Problem(Location(str(site)), text))
    today = today or dt.datetime.now(dt.UTC).date()
    results = load_results(project, evidence, today)
    inputs = hash_inputs(project.root)
    problems: list[Problem] = []
    blocks = 0
    try:
        problems += _check_folder(site, project)
        for environment in sorted(project.environments):
            if (site / environment).is_dir():
                tree = _Tree(site, open_site(project, environment, results), today=today, strict=strict)
                problems += tree.check_manifest(inputs)
                problems += tree.check_pages()
                problems += tree.check_files()
                blocks += tree.blocks
    except OSError as error:
        text = f"this cannot be read: {error.strerror}"
        raise SetupError(text, str(error.filename)) from error
    if not blocks:
        problems.append(
            Problem(Location(site.name), "no page shows a snippet, and a site without blocks proves nothing. Add one.")
        )
    if strict:
        problems += _check_results(results, today)
    return sorted(set(problems))


def _check_folder(site: Path, project: Project) -> Iterator[Problem]:
    """Compare what lies in the folder with the environments that there are."""
    wanted = set(project.environments) | {"index.html"}
    found = {path.name for path in site.iterdir()}
    for name in sorted(wanted - found):
        yield Problem(Location(f"{site.name}/{name}"), "this is missing. Every environment has a tree. Build again.")
    for name in sorted(found - wanted):
        yield Problem(Location(f"{site.name}/{name}"), "no environment has this name. Delete it, or build again.")
    if "index.html" in found:
        text = (site / "index.html").read_text("utf-8")
        links = html.fromstring(text).xpath("//a/@href")
        if links != [f"{name}/index.html" for name in sorted(project.environments)]:
            yield Problem(Location(f"{site.name}/index.html"), "it does not link to every environment. Build again.")
        for load in find_remote_loads(".html", text):
            yield Problem(
                Location(f"{site.name}/index.html"), f"it loads '{load}' from another server. Keep a copy here."
            )


def _check_results(results: Mapping[tuple[str, str], SnippetResult], today: dt.date) -> Iterator[Problem]:
    """Refuse what has no fresh, good verdict and no valid reason."""
    for (_, environment), one in results.items():
        snippet = one.rendered.snippet
        if one.status in _BAD:
            yield Problem(snippet.location, f"{one.status} in {environment}: {one.reason}")
        elif snippet.skip and snippet.skip.expires < today:
            text = f"its skip expired on {snippet.skip.expires}. Run it, or have {snippet.skip.owner} renew the reason."
            yield Problem(snippet.location, text)


class _Tree:
    """One environment's tree under audit."""

    def __init__(self, folder: Path, site: Site, *, today: dt.date, strict: bool) -> None:
        self.folder, self.site, self.today, self.strict = folder, site, today, strict
        self.root = folder / site.environment.name
        self.pages = read_pages(site)
        self.blocks = 0

    def _at(self, path: Path, line: int | None = 0) -> Location:
        return Location(f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}", line or 0)

    def check_manifest(self, inputs: Mapping[str, str]) -> Iterator[Problem]:
        """Compare the inputs that the tree was built from with those of now."""
        path = self.root / MANIFEST
        try:
            manifest = json.loads(path.read_text("utf-8"))
            built, environment = dict(manifest["inputs"]), manifest["environment"]
        except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
            text = f"the tree does not say what it was built from ({type(error).__name__}). Build again."
            yield Problem(self._at(path), text)
            return
        if environment != self.site.environment.name:
            yield Problem(self._at(path), f"the tree was built for {environment}. Build again.")
        for name in sorted(built.keys() | inputs):
            if built.get(name) != inputs.get(name):
                how = "changed" if name in built and name in inputs else "added" if name in inputs else "deleted"
                what = "the engine itself" if name == "drillbook" else f"'{name}'"
                yield Problem(self._at(path), f"{what} was {how} after the site was built. Build again.")

    def check_pages(self) -> Iterator[Problem]:
        """Compare every page with what its source must show."""
        found = {
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.suffix.lower() in (".html", ".htm", ".xhtml")
        }
        for name in sorted(found - self.pages.keys()):
            yield Problem(self._at(self.root / name), "no source produces this page. Delete it, or build again.")
        for name, page in self.pages.items():
            if name not in found:
                text = f"the page of {self.site.project.show_page(page.source)} is missing. Build again."
                yield Problem(self._at(self.root / name), text)
                continue
            yield from self._check_page(name, page)

    def _check_page(self, name: str, page: SitePage) -> Iterator[Problem]:
        path = self.root / name
        raw = path.read_bytes().decode("utf-8", "replace")
        document = html.document_fromstring(raw.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
        problems = [
            *self._check_identity(path, document),
            *self._check_switch(path, name, document),
            *self._check_blocks(path, page, document),
            *self._check_messages(path, page, document),
            *self._check_values(path, page, document),
            *self._check_pres(path, document),
        ]
        # Whatever a macro made stands in the page as it is, so this sees what the finer checks do not.
        if not problems and any(fragment not in raw for fragment in (*page.fragments, page.details)):
            text = "a block, a table, a diagram or the page's foot differs from its source. Build again."
            problems.append(Problem(self._at(path), text))
        yield from problems
        for line, address in find_dead_links(self.folder, path.relative_to(self.folder).as_posix(), document):
            yield Problem(
                self._at(path, line),
                f"the link to '{address}' is broken. Fix it in {self.site.project.show_page(page.source)}.",
            )

    def _check_identity(self, path: Path, document: html.HtmlElement) -> Iterator[Problem]:
        name, label = self.site.environment.name, self.site.environment.label
        if document.xpath("//@data-environment") != [name]:
            yield Problem(self._at(path), f"the page must say exactly once that it is for '{name}'. Build again.")
        if label not in (document.findtext(".//title") or ""):
            yield Problem(self._at(path), f"the page's title does not say '{label}'. Build again.")

    def _check_switch(self, path: Path, name: str, document: html.HtmlElement) -> Iterator[Problem]:
        up = "../" * (name.count("/") + 1)
        wanted = [(f"{up}{other.name}/{name}", other.label) for other in self.site.others]
        links = [(a.get("href"), a.text_content()) for a in document.xpath("//nav[@data-switch]//a")]
        words = " ".join(document.xpath("string(//nav[@data-switch])").split())
        if (
            len(document.xpath("//*[@data-switch]")) != bool(wanted)
            or links != wanted
            or (wanted and words != " ".join(["This page for:", *(label for _, label in wanted)]))
        ):
            yield Problem(
                self._at(path), "the switch does not link to this page in every other environment. Build again."
            )

    def _check_blocks(self, path: Path, page: SitePage, document: html.HtmlElement) -> Iterator[Problem]:
        elements = document.xpath("//*[@data-snippet]")
        self.blocks += len(elements)
        found = Counter(str(element.get("data-snippet")) for element in elements)
        wanted = Counter(page.blocks)
        for name, number in (wanted - found).items():
            text = f"the block of '{name}' is missing ({number} of {wanted[name]}). Build again."
            yield Problem(self._at(path), text)
        for element in elements:
            name = str(element.get("data-snippet"))
            at = self._at(path, element.sourceline)
            if found[name] > wanted[name]:
                yield Problem(at, f"no source has this block of '{name}' here. Build again.")
            elif text := self._compare_block(element, name):
                yield Problem(at, text)

    def _compare_block(self, element: html.HtmlElement, name: str) -> str:
        """Say how a block differs from the snippet as it stands; empty where it does not."""
        result = self.site.results[name, self.site.environment.name]
        rendered, skip = result.rendered, result.rendered.snippet.skip
        wanted = {"data-sha256": rendered.sha256, "data-status": str(result.status)}
        given = (skip.reason, skip.owner, str(skip.expires)) if skip else ()
        wanted |= dict(zip(EXCUSE, given, strict=False))
        for attribute in ("data-sha256", "data-status", *EXCUSE):
            if element.get(attribute) != wanted.get(attribute):
                return (
                    f"the block of '{name}' says {attribute}='{element.get(attribute)}'; "
                    f"expected '{wanted.get(attribute)}'. Build again."
                )
        pres = element.xpath(".//pre")
        if len(pres) != 1 or len(pres[0].xpath("./code")) != 1 or pres[0].get("data-kind") != rendered.snippet.kind:
            kind = rendered.snippet.kind
            return f"the block of '{name}' does not contain exactly one <pre><code> of kind {kind}. Build again."
        text = str(pres[0].text_content())
        if text != rendered.text or sha256(text) != rendered.sha256:
            return (
                f"the text of '{name}' differs from its snippet: {_first_difference(rendered.text, text)}. Build again."
            )
        return ""

    def _check_messages(self, path: Path, page: SitePage, document: html.HtmlElement) -> Iterator[Problem]:
        """Render the messages anew and compare: their texts are sent to others, and nothing else checks them."""
        elements = document.xpath("//*[@data-message]")
        found = Counter(str(element.get("data-message")) for element in elements)
        wanted = Counter(page.messages)
        for name, number in (wanted - found).items():
            yield Problem(self._at(path), f"the message '{name}' is missing ({number} of {wanted[name]}). Build again.")
        for element in elements:
            name = str(element.get("data-message"))
            at = self._at(path, element.sourceline)
            if found[name] > wanted[name]:
                yield Problem(at, f"no source has this message '{name}' here. Build again.")
                continue
            rendered = self.site.render_message(name)
            texts = [str(pre.text_content()) for pre in element.xpath(".//pre[@data-kind='message'][count(code)=1]")]
            if element.get("data-sha256") != rendered.sha256 or len(element.xpath(".//pre")) != 1:
                yield Problem(
                    at, f"the message '{name}' has the wrong hash, or not exactly one <pre><code>. Build again."
                )
            elif texts != [rendered.text]:
                said = _first_difference(rendered.text, "".join(texts))
                yield Problem(at, f"the text of the message '{name}' differs from its file: {said}. Build again.")

    def _check_values(self, path: Path, page: SitePage, document: html.HtmlElement) -> Iterator[Problem]:
        found = Counter(
            (str(element.get("data-value")), str(element.text_content()))
            for element in document.xpath("//*[@data-value]")
        )
        wanted = Counter(page.values)
        for (name, text), number in sorted((found - wanted).items()):
            yield Problem(
                self._at(path), f"'{text}' shows the value '{name}' too often ({number} too many). Build again."
            )
        for (name, text), number in sorted((wanted - found).items()):
            yield Problem(
                self._at(path), f"'{text}' for the value '{name}' is missing ({number} too few). Build again."
            )

    def _check_pres(self, path: Path, document: html.HtmlElement) -> Iterator[Problem]:
        for pre in document.iter("pre"):
            kind, at = pre.get("data-kind"), self._at(path, pre.sourceline)
            if kind == "message" and not pre.xpath("ancestor::*[@data-message]"):
                yield Problem(at, "no source has this message. Build again.")
            if not kind:
                yield Problem(at, "a block has no data-kind. Give the fence a language.")
            elif kind.lower() in COMMANDS and not pre.xpath("ancestor::*[@data-snippet]"):
                holder = next((e for e in (pre, *pre.iterancestors()) if all(e.get(name) for name in EXCUSE)), None)
                if holder is None:
                    text = f"a {kind} block is not a snippet and has no {', '.join(EXCUSE)}. Move it into a snippet."
                    yield Problem(at, text)
                else:
                    yield from self._check_expiry(at, str(holder.get("data-expires")))

    def _check_expiry(self, at: Location, expires: str) -> Iterator[Problem]:
        try:
            late = dt.date.fromisoformat(expires) < self.today
        except ValueError:
            yield Problem(at, f"data-expires='{expires}' is not a date. Write one such as 2027-01-31.")
            return
        if late and self.strict:
            yield Problem(
                at, f"the reason why this block is not run expired on {expires}. Run it, or renew the reason."
            )

    def check_files(self) -> Iterator[Problem]:
        """Look through every file for other environments' values and for what it would load from elsewhere."""
        foreign = find_foreign(self.site.environment, self.site.others)
        for path in sorted(self.root.rglob("*")):
            if not path.is_file():
                continue
            data = path.read_bytes()
            for leak in find_leaks(path.suffix, data, foreign):
                text = (
                    f"'{leak.value}' belongs to {leak.owner}. Only {self.root.name}'s may appear here. Fix its source."
                )
                yield Problem(self._at(path), text)
            for load in find_remote_loads(path.suffix, data.decode("utf-8", "replace")):
                yield Problem(self._at(path), f"it loads '{load}' from another server. Keep a copy beside the pages.")


def _first_difference(wanted: str, found: str) -> str:
    for number, (left, right) in enumerate(zip(wanted.split("\n"), found.split("\n"), strict=False), start=1):
        if left != right:
            return f"line {number} is {right!r}, expected {left!r}"
    return f"{found.count(chr(10)) + 1} lines, expected {wanted.count(chr(10)) + 1}"
