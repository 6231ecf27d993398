from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from drillbook.check.project import check_project, expired_skips
from drillbook.project.project import load_project

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(__file__).parents[2] / "fixtures" / "small", tmp_path / "small"))


def edit(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_good_project_has_no_problems(root: Path) -> None:
    assert check_project(root, TODAY) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("snippets/shop/stop.sh", 'risk = "changes"', 'rsk = "changes"', "stop.sh:5: there is no key 'rsk'"),
        ("environments/staging.yml", "{api: 8100}", "{api: 8100, web: 1}", "staging.yml:7: shop.ports.web is missing"),
        ("snippets/shop/stop.sh", "stop shop", "stop @{{ shop.prots.api }}@", "stop.sh:10: 'shop' has no 'prots'"),
        (
            "snippets/shop/stop.sh",
            "stop shop",
            '@{% if environment.name == "staging" %}@stop a @{% endif %}@shop',
            "stop.sh:10: it is a different program in staging",
        ),
        ("snippets/shop/stop.sh", "stop shop", "status shop", "stop.sh:10: systemctl status opens a pager"),
        ("snippets/shop/stop.sh", "stop shop", "stop $x", "stop.sh:10: ShellCheck SC2154"),
        ("docs/shop/first.md", "- When", "```sh\nls\n```\n\n- When", "docs/shop/first.md:8: a raw sh block"),
        ("docs/shop/first.md", "- When", "`curl -s x`", "docs/shop/first.md:8: `curl -s x` is a command"),
        ("docs/shop/first.md", 'snippet("shop/start")', 'value("shop.ports.api")', "start.sh:1: no page shows it"),
        ("docs/shop/first.md", "shop/start", "shop/strat", "first.md:12: there is no snippet 'shop/strat'"),
        ("docs/shop/first.md", "shop/start", "shop/strat", "Did you mean 'shop/start'?"),
        ("docs/shop/first.md", "contacts(", "contatcs(", "first.md:14: there is no macro 'contatcs'. Did you mean"),
        ("docs/shop/first.md", "contacts(", "escalation (", ""),
        ("docs/shop/first.md", '@{{ contacts("shop") }}@', "@{{ contacts(", "first.md:14: "),
        ("docs/shop/first.md", '@{{ contacts("shop") }}@', '@ {{ contacts("shop") }}', "14: this looks like a macro"),
        ("docs/shop/first.md", '@{{ contacts("shop") }}@', '{{ contacts("shop") }}', "14: this looks like a macro"),
        ("docs/shop/first.md", 'contacts("shop")', 'contacts("shpo")', "no value 'shpo.contacts' in production"),
        ("docs/index.md", "on_call.address", "on_cal.address", "index.md:6: there is no value"),
        ("docs/shop/first.md", '@{{ snippet("shop/start")', 'Now: @{{ snippet("shop/start")', "shares its line"),
    ],
)
def test_each_static_problem_is_named_with_its_place(root: Path, path: str, old: str, new: str, said: str) -> None:
    edit(root, path, old, new)
    problems = [str(problem) for problem in check_project(root, TODAY)]
    assert any(said in problem for problem in problems) if said else problems == []


def test_a_json_schema_that_is_none_is_told_at_its_line(root: Path) -> None:
    edit(
        root,
        "snippets/shop/health.sh",
        'contains = "healthy on @{{ shop.ports.api }}@"',
        'json_schema = { type = "x" }',
    )
    (problem,) = check_project(root, TODAY)
    assert str(problem).startswith(
        "snippets/shop/health.sh:9: json_schema is not a valid JSON Schema: 'x' is not valid"
    )


def test_pages_are_checked_though_a_snippet_cannot_be_read(root: Path) -> None:
    edit(root, "snippets/shop/stop.sh", "# ///\n", "")
    edit(root, "docs/shop/first.md", "- When", "```sh\nls\n```\n\n- When")
    problems = "\n".join(map(str, check_project(root, TODAY)))
    assert "snippets/shop/stop.sh:" in problems
    assert "docs/shop/first.md:8: a raw sh block" in problems


def test_a_skip_that_has_expired_is_named(root: Path) -> None:
    skip = '# [skip]\n# reason = "because"\n# owner = "the desk"\n# expires = 2026-11-21\n# ///\n'
    edit(root, "snippets/shop/stop.sh", "# ///\nsystemctl", f"{skip}systemctl")
    assert check_project(root, TODAY) == []
    (problem,) = check_project(root, TODAY + dt.timedelta(days=1))
    assert "expired on 2026-11-21 (because)" in problem.text
    assert "the desk" in problem.text
    assert expired_skips(load_project(root), TODAY) == []


def test_each_problem_is_told_once_though_there_are_two_environments(root: Path) -> None:
    edit(root, "snippets/shop/stop.sh", "stop shop", "stop shop <name>")
    problems = check_project(root, TODAY)
    assert len(problems) == len(set(problems))
    assert sum("placeholder" in problem.text for problem in problems) == 1


@pytest.mark.parametrize("name", ["shop/production/gone.json", "shop/test/health.json", "shop/notes.txt"])
def test_a_record_of_nothing_that_there_is_is_named(root: Path, name: str) -> None:
    for path in (root / "evidence" / name, root / "evidence/shop/staging/health.json"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    found = [str(problem) for problem in check_project(root, TODAY)]
    assert found == [f"evidence/{name}: there is no snippet or no environment of this name. Delete the record."]


def test_a_page_that_is_no_utf8_is_named_and_not_a_crash(root: Path) -> None:
    (root / "docs/shop/first.md").write_bytes(b"# \xff\n")
    assert str(check_project(root, TODAY)[0]).startswith("docs/shop/first.md:1: byte 0xff is not valid UTF-8")
