from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.core.model import Environment
from drillbook.project.environments import find_shape_problems, load_environment

ROOT = Path(__file__).parents[3]
GOOD = (ROOT / "tests/fixtures/small/environments/production.yml").read_text()


def load(root: Path, text: str, name: str = "production") -> Environment:
    path = root / "environments" / f"{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return load_environment(path, root)


def fail(root: Path, text: str, name: str = "production") -> list[str]:
    with pytest.raises(DrillbookError) as caught:
        load(root, text, name)
    return [str(problem) for problem in caught.value.problems]


def test_values_are_read_with_their_lines(tmp_path: Path) -> None:
    environment = load(tmp_path, GOOD)
    assert (environment.name, environment.label) == ("production", "Production")
    assert environment.values["shop"]["ports"]["api"] == 8000
    assert str(environment.locate("shop.contacts.lead.title")) == "environments/production.yml:10"
    assert str(environment.locate("shop.escalation.1")) == "environments/production.yml:13"


def test_a_system_is_named_as_templates_can(tmp_path: Path) -> None:
    environment = load(tmp_path, GOOD.replace("  shop:", "  web-shop:"))
    assert environment.values["web_shop"]["ports"]["api"] == 8000
    assert environment.locate("web_shop.ports.api").line == 7


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("label:", "labl:", "1: there is no key 'labl' in the file. Did you mean 'label'?"),
        ("label: Production\n", "", ":1: the file has no 'label'"),
        ("    ports:", "    prots:", ":7: there is no key 'prots' in systems.shop. Did you mean 'ports'?"),
        (
            "name: app.prod.shop.example",
            "name: 'a b; $(c)'",
            ":6: systems.shop.hosts.app.name is 'a b; $(c)'. Expected a host's name or address.",
        ),
        ("user: ops", "user: o p", ":6: systems.shop.hosts.app.user is 'o p'. Expected a user's login name"),
        (
            "/opt/shop",
            "/opt/$x",
            ":6: systems.shop.hosts.app.directory is '/opt/$x'. Expected an absolute path of letters",
        ),
        (
            "address: lead@prod.shop.example",
            "address: the lead",
            ":10: systems.shop.contacts.lead.address is 'the lead'",
        ),
        (
            "label: Production",
            "label: Pro\x07duction",
            ":2: this is not valid YAML: control characters are not allowed",
        ),
        ("title: Lead, ", "", ":10: systems.shop.contacts.lead has no 'title'"),
        ("title: Lead", "title: ''", ":10: systems.shop.contacts.lead.title is empty"),
        ("api: 8000", "api: '8000'", ":7: systems.shop.ports.api is '8000'. Expected a whole number"),
        ("api: 8000", "api: 80000", ":7: systems.shop.ports.api is 80000"),
        ("api: 8000", "api: 1, api: 2", ":7: 'systems.shop.ports.api' is here and on line 7"),
        ("/opt/shop", "opt/shop", ":6: systems.shop.hosts.app.directory is 'opt/shop'"),
        ("contact: lead", "contact: laed", ":13: there is no contact 'laed' for step L2. Did you mean 'lead'?"),
        ("{P1: 30 minutes}", "{P7: 30 minutes}", ":13: there is no severity 'P7' for step L2. Known: P1."),
        ("name: production", "name: prod", ":1: the environment is called 'prod' but its file is production.yml"),
        ("systems:", "systems: [", ": this is not valid YAML"),
        ("15,", "0,", "response_minutes is 0"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    problems = fail(tmp_path, GOOD.replace(old, new))
    assert any(f"environments/production.yml{said}" in one or said in one for one in problems), problems


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert fail(tmp_path, "")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "environments" / "production.yml"
    path.parent.mkdir()
    path.write_bytes(b"name: \xff\n")
    with pytest.raises(DrillbookError, match="this is not valid UTF-8"):
        load_environment(path, tmp_path)


def test_environments_of_one_shape_are_fine(tmp_path: Path) -> None:
    other = load(tmp_path, GOOD.replace("name: production", "name: staging"), "staging")
    assert find_shape_problems({"production": load(tmp_path, GOOD), "staging": other}) == []


def test_a_value_that_one_environment_lacks_is_told_at_its_line_in_the_other(tmp_path: Path) -> None:
    staging = GOOD.replace("name: production", "name: staging").replace("{api: 8000}", "{}")
    both = {"production": load(tmp_path, GOOD), "staging": load(tmp_path, staging, "staging")}
    (problem,) = find_shape_problems(both)
    assert str(problem).startswith("environments/production.yml:7: shop.ports.api is missing in staging")


def test_only_the_highest_missing_group_is_told(tmp_path: Path) -> None:
    staging = GOOD.replace("name: production", "name: staging").replace("    ports: {api: 8000}\n", "")
    both = {"production": load(tmp_path, GOOD), "staging": load(tmp_path, staging, "staging")}
    assert ["shop.ports is missing" in str(problem) for problem in find_shape_problems(both)] == [True]
