"""What holds for this project's own pages, values and records, beside what `drillbook check` says of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from drillbook.cli.commands import list_entries
from drillbook.cli.lint_tools import list_tools
from drillbook.evidence.status import summarise
from drillbook.project.environments import load_environment
from drillbook.project.macro_calls import find_calls
from drillbook.project.pages import load_pages
from drillbook.project.project import load_project

ROOT = Path(__file__).parents[3]


def test_the_real_project_is_listed_whole() -> None:
    project = load_project(ROOT)
    found = list_entries(project, summarise(project))
    assert {entry["environment"] for entry in found} == {"production", "staging"}
    assert all(entry["pages"] for entry in found)


def test_an_address_of_one_real_environment_is_part_of_no_other() -> None:
    one, other = (load_environment(ROOT / "environments" / f"{name}.yml", ROOT) for name in ("production", "staging"))
    system = "voiceassist"
    for first, second in ((one, other), (other, one)):
        names = [first.values[system]["hosts"]["app"]["name"]]
        names += [contact["address"] for contact in first.values[system]["contacts"].values()]
        text = str(second.values)
        assert [name for name in names if name in text] == []


def test_calls_of_every_page_here_are_found_without_jinja_as_with_it() -> None:
    pages, problems = load_pages(ROOT)
    assert pages
    assert problems == []
    for page in pages.values():
        assert page.calls == find_calls(f"{page.markdown}\n@{{# only Jinja can tell #}}@")


def test_every_member_of_a_record_is_in_its_page() -> None:
    page = (ROOT / "docs/handbook/evidence-record.md").read_text("utf-8")
    records = sorted((ROOT / "evidence").rglob("*.json"))
    assert records
    for path in records:
        record = json.loads(path.read_text("utf-8"))
        predicate = record["predicate"]
        names = {one["name"].split(":")[0] for one in predicate["configuration"]}
        for name in {*predicate["drillbook"], *names, *predicate} - {"drillbook", "configuration"}:
            assert re.search(rf"`(?:predicate\.)?{name}(?::[A-Z/]+)?`", page), (path.name, name)


def test_the_playbooks_are_linted() -> None:
    assert "ansible-lint" in {tool.command[0] for tool in list_tools(ROOT)}


def test_the_first_page_explains_every_badge_of_risk() -> None:
    parts = (ROOT / "src/drillbook/site/templates/parts.html").read_text("utf-8")
    words = re.findall(r'draw_risk\("[^"]+", "[^"]+", "([^"]+)"\)', parts)
    assert len(words) == 3
    page = (ROOT / "docs/index.md").read_text("utf-8")
    assert [word for word in words if f"*{word}*" not in page] == []
