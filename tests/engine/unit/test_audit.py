"""The audit finds each way in which a built site can differ from its sources."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from drillbook.audit.site import audit_site
from drillbook.core.errors import DrillbookError
from drillbook.project.project import load_project
from drillbook.site.build import build_site

PAGE = "production/bytes/page.html"
TODAY = dt.date(2026, 11, 21)
Edit = Callable[[Path], None]


@pytest.fixture
def root(bytes_root: Path, tmp_path: Path) -> Path:
    """Return a copy of the project that a test may change."""
    return Path(shutil.copytree(bytes_root, tmp_path / "project"))


@pytest.fixture
def site(bytes_site: Path, tmp_path: Path) -> Path:
    """Return a copy of its site that a test may change."""
    return Path(shutil.copytree(bytes_site, tmp_path / "site"))


def audit(site: Path, root: Path, *, strict: bool = False, today: dt.date = TODAY) -> str:
    """Return the findings, one a line."""
    return "\n".join(map(str, audit_site(site, load_project(root), strict=strict, today=today)))


def replace(old: str, new: str, *, page: str = PAGE) -> Edit:
    """Return an edit of one place in a page."""

    def edit(site: Path) -> None:
        text = (site / page).read_bytes().decode()
        assert old in text
        (site / page).write_bytes(text.replace(old, new, 1).encode())

    return edit


def substitute(pattern: str, new: str) -> Edit:
    """Return an edit of what a pattern matches first."""

    def edit(site: Path) -> None:
        text, count = re.subn(pattern, new, (site / PAGE).read_bytes().decode(), count=1, flags=re.DOTALL)
        assert count
        (site / PAGE).write_bytes(text.encode())

    return edit


def write(name: str, text: str | bytes) -> Edit:
    """Return an edit that adds to a file, or makes it."""

    def edit(site: Path) -> None:
        path = site / name
        old = path.read_bytes() if path.exists() else b""
        path.write_bytes(old + (text.encode() if isinstance(text, str) else text))

    return edit


def test_nothing_is_wrong_with_a_site_as_it_was_built(bytes_site: Path, bytes_root: Path) -> None:
    assert audit(bytes_site, bytes_root) == ""


BLOCK_ENDS = r'<section class="db-block" id="bytes-tabs".*?</section>'
EDITS: dict[str, tuple[Edit, str]] = {
    "a changed text": (
        replace('<span class="nb">printf</span>', '<span class="nb">rm</span>'),
        "the text of 'bytes/tabs' differs from its snippet: line 5 is 'rm",
    ),
    "a blank more at the end of a line": (
        substitute(r"(bytes-blank-lines\".*?\n   )\n", r"\1 \n"),
        "the text of 'bytes/blank-lines' differs",
    ),
    "a tab turned into blanks": (replace("\n\tone", "\n        one"), "the text of 'bytes/tabs' differs"),
    "a final newline less": (substitute(r"\n((?:</span>)?<br></code>)", r"\1"), "the text of 'bytes/trailing' differs"),
    "a changed hash": (
        substitute(r'data-sha256="[0-9a-f]{8}', 'data-sha256="00000000'),
        "says data-sha256='00000000",
    ),
    "a status made better": (
        substitute('data-status="unverified"', 'data-status="passed"'),
        "says data-status='passed'; expected 'unverified'",
    ),
    "a reason that nobody gave": (
        substitute(r'data-status="unverified"', 'data-status="unverified" data-reason="because"'),
        "says data-reason='because'",
    ),
    "a missing block": (substitute(BLOCK_ENDS, ""), "the block of 'bytes/tabs' is missing"),
    "an added block": (
        substitute(f"({BLOCK_ENDS})", r"\1\1"),
        "no source has this block of 'bytes/tabs' here",
    ),
    "a block of a snippet that there is not": (
        replace(
            "</article>", '<div data-snippet="bytes/none"><pre data-kind="shell"><code>x</code></pre></div></article>'
        ),
        "no source has this block of 'bytes/none' here",
    ),
    "a second text in a block": (
        replace("<br></code></pre>", '<br></code></pre><pre data-kind="shell"><code>x</code></pre>'),
        "does not contain exactly one <pre><code>",
    ),
    "a host changed around a block": (
        replace("ops@bytes-01.production.example", "ops@bytes-02.production.example"),
        "a block, a table, a diagram",
    ),
    "a risk made smaller": (replace("Reads only", "Harmless"), "a block, a table, a diagram"),
    "a changed value": (
        replace("bytes&#45;01&#46;production&#46;example", "bytes-02.production.example"),
        "'bytes-02.production.example' shows the value 'bytes.hosts.app.name' too often (1 too many)",
    ),
    "a missing value": (
        substitute(r'<em><span data-value="environment.label">.*?</span></em>', ""),
        "'Production' for the value 'environment.label' is missing",
    ),
    "a changed value in the diagram": (
        replace(
            '<tspan data-value="bytes.escalation.1.after.P1">30', '<tspan data-value="bytes.escalation.1.after.P1">90'
        ),
        "'90 min' shows the value 'bytes.escalation.1.after.P1' too often (1 too many)",
    ),
    "a shell block without a reason": (
        replace("</article>", '<pre data-kind="bash"><code>ls</code></pre></article>'),
        "a bash block is not a snippet",
    ),
    "a query without a reason": (
        replace("</article>", '<pre data-kind="sql"><code>SELECT 1;</code></pre></article>'),
        "a sql block is not a snippet",
    ),
    "a reason taken away": (replace('data-reason="it needs a second machine"', ""), "a bash block is not a snippet"),
    "an expiry that is no date": (replace('data-expires="2027-05-01"', 'data-expires="soon"'), "is not a date"),
    "a block without a kind": (replace("</article>", "<pre>x</pre></article>"), "a block has no data-kind"),
    "another environment's host": (
        replace("</article>", "<!-- bytes-01.staging.example --></article>"),
        "'bytes-01.staging.example' belongs to staging",
    ),
    "another environment's host in other letters": (
        replace("</article>", '<p title="Bytes-01.Staging.Example"></article>'),
        "'bytes-01.staging.example' belongs to staging",
    ),
    "another environment's host in pieces": (
        replace("</article>", "<b>bytes-01</b>.sta<i>ging.example</i></article>"),
        "'bytes-01.staging.example' belongs to staging",
    ),
    "another environment's contact as entities": (
        replace("</article>", "second&#64;staging&#46;example</article>"),
        "'second@staging.example' belongs to staging",
    ),
    "another environment's port": (
        replace("</article>", "http://localhost:8100/</article>"),
        "':8100' belongs to staging",
    ),
    "another environment's host hidden in the switch": (
        replace("</nav>\n", "bytes-01.staging.example</nav>\n"),
        "the switch does not link to this page",
    ),
    "a second switch": (
        replace("</article>", "<nav data-switch>bytes-01.staging.example</nav></article>"),
        "the switch does not link to this page",
    ),
    "a switch that leads astray": (
        replace("../../staging/bytes/page.html", "../index.html"),
        "the switch does not link",
    ),
    "another environment's contact in the search": (
        write("production/search/search_index.js", '"text": "first@stag\\u0069ng.example"'),
        "'first@staging.example' belongs to staging",
    ),
    "another environment's host in a compressed file": (
        write("production/more.xml.gz", gzip.compress(b"bytes-01.staging.example")),
        "'bytes-01.staging.example' belongs to staging",
    ),
    "a page of another environment": (
        replace('data-environment="production"', 'data-environment="staging"'),
        "the page must say exactly once that it is for 'production'",
    ),
    "a title without the environment": (substitute(r"<title>.*?</title>", "<title>Texts</title>"), "the page's title"),
    "a missing page": (lambda site: (site / PAGE).unlink(), "the page of docs/bytes/page.md is missing"),
    "an added page": (write("production/extra.html", "<p>x"), "no source produces this page"),
    "a missing tree": (lambda site: shutil.rmtree(site / "staging"), "Every environment has a tree"),
    "an unknown tree": (lambda site: (site / "old").mkdir(), "no environment has this name"),
    "a first page that leads nowhere": (replace("staging/", "elsewhere/", page="index.html"), "does not link to every"),
    "a script from elsewhere": (
        replace("</head>", '<script src="https://cdn.example/x.js"></script></head>'),
        "it loads 'https://cdn.example/x.js'",
    ),
    "a style from elsewhere": (
        replace("</head>", '<link rel="stylesheet" href="//cdn.example/x.css"></head>'),
        "it loads '//cdn.example/x.css'",
    ),
    "an image from elsewhere": (
        replace("</article>", '<img srcset="a.png 1x, https://cdn.example/x.png 2x"></article>'),
        "cdn",
    ),
    "a font from elsewhere": (
        write("production/assets/drillbook.css", "@font-face{src:url('https://cdn.example/x.woff')}"),
        "it loads 'https://cdn.example/x.woff'",
    ),
    "an inline style from elsewhere": (
        replace("<h1", '<h1 style="background:url(//cdn.example/x)"'),
        "//cdn.example/x",
    ),
    "a request of a script": (
        write("production/assets/drillbook.js", "fetch('https://stats.example/hit')"),
        "it loads 'https://stats.example/hit'",
    ),
    "a script from elsewhere on the first page": (
        replace("</body>", '<script src="https://cdn.example/x.js"></script></body>', page="index.html"),
        "it loads 'https://cdn.example/x.js'",
    ),
    "a missing manifest": (
        lambda site: (site / "production/drillbook.json").unlink(),
        "does not say what it was built from",
    ),
    "another environment's host behind a line's end in the search index": (
        write("production/search/more.json", r'{"text": "Hosts:\nbytes-01.staging.example"}'),
        "'bytes-01.staging.example' belongs to staging",
    ),
    "another environment's contact in the address of a link": (
        replace("</article>", '<a href="mailto:first%40staging.example">page</a></article>'),
        "'first@staging.example' belongs to staging",
    ),
    "a page that no source makes, under another ending": (
        write("production/bytes/old.HTM", "<pre>reboot</pre>"),
        "production/bytes/old.HTM: no source produces this page",
    ),
    "an image from elsewhere in a drawing": (
        write("production/a.svg", '<svg><image xlink:href="https://x.example/a.png"/></svg>'),
        "it loads 'https://x.example/a.png'",
    ),
    "an image from elsewhere in a frame": (
        replace("</article>", "<iframe srcdoc='<img src=\"https://x.example/f.png\">'></iframe></article>"),
        "it loads 'https://x.example/f.png'",
    ),
    "a link that tells somebody": (
        replace("</article>", '<a href="#" ping="https://x.example/p">x</a></article>'),
        "it loads 'https://x.example/p'",
    ),
    "a set of images from elsewhere": (
        write("production/assets/drillbook.css", 'a{background:image-set("https://x.example/s.png" 1x)}'),
        "it loads 'https://x.example/s.png'",
    ),
    "a manifest of another tree": (
        replace('"environment": "production"', '"environment": "staging"', page="production/drillbook.json"),
        "the tree was built for staging",
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_the_site_is_found(name: str, site: Path, bytes_root: Path) -> None:
    edit, said = EDITS[name]
    edit(site)
    assert said in audit(site, bytes_root)


@pytest.mark.parametrize(
    ("name", "more", "how"),
    [
        ("docs/index.md", "\nMore.\n", "changed"),
        ("docs/new.txt", "more", "added"),
        ("environments/staging.yml", "# more\n", "changed"),
        ("macros/__init__.py", "# more\n", "changed"),
        ("base.yml", None, None),
        ("mkdocs.yml", "# more\n", "changed"),
        ("evidence/bytes/production/notes.txt", "more", "added"),
        ("docs/index.md", None, "deleted"),
    ],
)
def test_other_inputs_than_the_site_was_built_from_are_found(
    name: str, more: str | None, how: str | None, bytes_site: Path, root: Path
) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if more is None:
        path.unlink()
    else:
        path.write_text((path.read_text("utf-8") if path.exists() else "") + more, encoding="utf-8")
    found = audit(bytes_site, root)
    assert (f"'{name}' was {how} after the site was built" in found) if how else not found


def test_a_snippet_that_changed_is_found_as_input_and_as_text(bytes_site: Path, root: Path) -> None:
    path = root / "snippets/bytes/unicode.sh"
    path.write_text(path.read_text("utf-8").replace("naïve", "naive"), encoding="utf-8")
    found = audit(bytes_site, root)
    assert "'snippets/bytes/unicode.sh' was changed" in found
    assert "the block of 'bytes/unicode' says data-sha256=" in found


def test_a_value_that_changed_is_found(bytes_site: Path, root: Path) -> None:
    path = root / "environments/production.yml"
    path.write_text(path.read_text("utf-8").replace("bytes-01.", "bytes-07."), encoding="utf-8")
    found = audit(bytes_site, root)
    assert "'bytes-07.production.example' for the value 'bytes.hosts.app.name' is missing (" in found
    assert "the block of 'bytes/env' says data-sha256=" in found


def test_a_site_of_another_engine_is_found(site: Path, bytes_root: Path) -> None:
    path = site / "production/drillbook.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["inputs"]["drillbook"] = "0" * 64
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert "the engine itself was changed after the site was built" in audit(site, bytes_root)


def test_a_site_without_blocks_is_found(root: Path, tmp_path: Path) -> None:
    (root / "docs/bytes/page.md").write_text("# Nothing\n", encoding="utf-8")
    site = build_site(load_project(root), tmp_path / "empty").parent
    assert "no page shows a snippet, and" in audit(site, root)


def test_strict_refuses_what_was_never_run(bytes_site: Path, bytes_root: Path) -> None:
    found = audit(bytes_site, bytes_root, strict=True)
    assert "snippets/bytes/tabs.sh:9: unverified in production: It has not been run yet." in found


def test_strict_refuses_reasons_that_have_expired(bytes_site: Path, bytes_root: Path) -> None:
    late = dt.date(2027, 5, 2)
    said = "the reason why this block is not run expired on 2027-05-01"
    assert said not in audit(bytes_site, bytes_root, strict=True)
    assert said not in audit(bytes_site, bytes_root, today=late)
    assert said in audit(bytes_site, bytes_root, strict=True, today=late)


def test_strict_refuses_a_skip_that_has_expired(root: Path, tmp_path: Path) -> None:
    path = root / "snippets/bytes/env.sh"
    skip = '#\n# [skip]\n# reason = "Not now."\n# owner = "a role"\n# expires = 2026-11-20\n# ///\n'
    path.write_text(path.read_text("utf-8").replace("# ///\n", skip, 1), encoding="utf-8")
    site = build_site(load_project(root), tmp_path / "skipped").parent
    assert audit(site, root, today=dt.datetime.now(dt.UTC).date()) == ""
    assert "its skip expired on 2026-11-20. Run it, or have a role renew the reason." in audit(site, root, strict=True)


def test_a_folder_that_is_not_there_is_bad_input(tmp_path: Path, bytes_root: Path) -> None:
    with pytest.raises(DrillbookError, match="there is no built site here"):
        audit(tmp_path / "nowhere", bytes_root)


def test_an_empty_folder_is_found(tmp_path: Path, bytes_root: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = audit(tmp_path / "empty", bytes_root)
    assert "Every environment has a tree" in found
    assert "no page shows a snippet, and" in found
