from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import DrillbookError, Location
from drillbook.core.model import Environment, Kind, Rendered, Risk, Snippet, sha256
from drillbook.core.rules import Channel, Contains, Expectation, JsonSubset, Matches, Number, Rule
from drillbook.project.environments import load_environment
from drillbook.project.rendering import render_snippet, render_text, same_program

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
PLACE = Location("docs/x.md", 5)


@pytest.fixture
def production() -> Environment:
    return load_environment(SMALL / "environments/production.yml", SMALL)


@pytest.fixture
def staging() -> Environment:
    return load_environment(SMALL / "environments/staging.yml", SMALL)


def make(text: str, rule: Rule | None = None, **more: Any) -> Snippet:
    expectations = (Expectation(channel=Channel.STDOUT, rule=rule),) if rule else ()
    return Snippet(
        **{
            "id": "shop/it",
            "system": "shop",
            "path": "snippets/shop/it.sh",
            "text": text,
            "text_line": 20,
            "file_sha256": "",
            "title": "It",
            "host": "app",
            "directory": None,
            "kind": Kind.SHELL,
            "risk": Risk.READ_ONLY,
            "expectations": expectations,
            "lines": {"expect.0": 12, "directory": 4, "host": 3},
            **more,
        }
    )


def test_values_are_put_in_and_noted(production: Environment) -> None:
    rendered = render_snippet(make("curl app:@{{ shop.ports.api }}@/\n"), production)
    assert rendered.text == "curl app:8000/\n"
    assert rendered.sha256 == sha256("curl app:8000/\n")
    assert rendered.values == {
        "shop.hosts.app.directory": "/opt/shop",
        "shop.hosts.app.name": "app.prod.shop.example",
        "shop.hosts.app.user": "ops",
        "shop.ports.api": 8000,
    }
    assert (rendered.host.name, rendered.directory) == ("app.prod.shop.example", "/opt/shop")
    assert rendered.key == "shop/it@production"


@pytest.mark.parametrize(
    "text",
    [
        "docker ps --format '{{.Names}}'",
        "echo ${#A[@]} {# no comment #} {% no block %}",
        "a\tb\n\n   \n<<-E\r\n&<>\"'",
        "trailing newlines\n\n",
        "@{ not ours } user@{host}",
    ],
)
def test_what_holds_no_value_is_left_as_it_is(production: Environment, text: str) -> None:
    assert render_snippet(make(text), production).text == text
    assert render_snippet(make(f"@{{# c #}}@{text}"), production).text == text


@pytest.mark.parametrize(
    "text",
    [
        "a @{{ shop.hosts.app.name }}@\r\nb @{{shop.ports.api}}@\n\n",
        "@{{ environment.name }}@@{{ shop.hosts.app.user }}@ {{ left }} }}@",
        "@{{ shop.ports.api + 1 }}@ @{{ shop.ports.api }}@",
        "@{{ shop['ports'].api }}@",
        "@{# no value #}@@{{ shop.ports.api }}@",
    ],
)
def test_a_value_alone_is_put_in_as_jinja_would(
    production: Environment, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = render_text(text, production, PLACE)
    # A pattern that no text has: all is left to Jinja.
    monkeypatch.setattr("drillbook.project.rendering._PLAIN", re.compile("(?!)()"))
    assert quick == render_text(text, production, PLACE)


@pytest.mark.parametrize("text", ["@{{ shop.ports.keys }}@", "@{{ shop.ports.items }}@", "@{{ shop.hosts.get }}@"])
def test_a_method_of_a_group_is_no_value(production: Environment, text: str) -> None:
    assert "bound method" in render_text(text, production, PLACE)[0]


def test_the_environment_names_itself(production: Environment) -> None:
    text, used = render_text("@{{ environment.name }}@ @{{ environment.label }}@", production, PLACE)
    assert text == "production Production"
    assert used == {"environment.label": "Production", "environment.name": "production"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n@{{ shpo.ports.api }}@", ":6: there is no 'shpo'. Did you mean 'shop'?"),
        ("a\nb\n@{{ shop.prots.api }}@", ":7: 'shop' has no 'prots'. Did you mean 'ports'?"),
        ("@{{ shop.ports.apy }}@\n", ":5: 'shop.ports' has no 'apy'. Did you mean 'api'?"),
        ("a\n@{{ shop.ports }}@", ":6: 'shop.ports' is a group of values"),
        ("a\n@{{ shop.ports.api.x }}@", ":6: "),
        ("a\n\n@{{ shop.ports", ":7: "),
        ("a\n@{% if %}@", ":6: "),
    ],
)
def test_a_name_that_there_is_not_is_told_with_its_line(production: Environment, text: str, said: str) -> None:
    with pytest.raises(DrillbookError) as caught:
        render_text(text, production, PLACE)
    assert f"docs/x.md{said}" in str(caught.value)


def test_a_wrong_name_in_a_snippet_is_told_where_it_stands(production: Environment) -> None:
    with pytest.raises(DrillbookError, match=r"^snippets/shop/it.sh:21: 'shop' has no 'x'"):
        render_snippet(make("a\n@{{ shop.x }}@"), production)
    with pytest.raises(DrillbookError, match=r"^snippets/shop/it.sh:12: 'shop' has no 'x'"):
        render_snippet(make("a", Contains(text="@{{ shop.x }}@")), production)
    with pytest.raises(DrillbookError, match=r"^snippets/shop/it.sh:4: 'shop' has no 'x'"):
        render_snippet(make("a", directory="@{{ shop.x }}@"), production)


def test_a_host_that_there_is_not_is_told(production: Environment) -> None:
    with pytest.raises(DrillbookError, match=r"it.sh:3: production has no host 'ap' in shop. Did you mean 'app'\?"):
        render_snippet(make("a", host="ap"), production)


@pytest.mark.parametrize("value", ["a b", "a;b", "$(id)", "a'b", "a\nb", "*", "~", "a&b", "é", "#a", "a\\b", ""])
def test_a_value_that_a_shell_would_interpret_is_told_at_its_line(value: str, production: Environment) -> None:
    values = {"shop": {**production.values["shop"], "database": {"name": value}}}
    lines = {**production.lines, "shop.database.name": 9}
    environment = Environment(name="production", label="P", path="environments/p.yml", values=values, lines=lines)
    with pytest.raises(DrillbookError, match=r"^environments/p.yml:9: shop.database.name is used in shop/it and"):
        render_snippet(make("psql @{{ shop.database.name }}@"), environment)
    assert render_snippet(make("psql"), environment).text == "psql"


def test_a_value_in_an_expectation_may_hold_anything(production: Environment) -> None:
    rendered = render_snippet(make("a", Contains(text="@{{ shop.contacts.on_call.title }}@")), production)
    assert rendered.expectations[0].rule == Contains(text="On call")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Contains(text="@{{ shop.ports.api }}@\n"), Contains(text="8000\n")),
        (Matches(pattern="^@{{ shop.ports.api }}@$"), Matches(pattern="^8000$")),
        (JsonSubset(value={"a": ["@{{ shop.ports.api }}@", 1]}), JsonSubset(value={"a": ["8000", 1]})),
        (
            Number(pattern=r"(\d+)", maximum="@{{ shop.ports.api }}@"),  # type: ignore[arg-type]  # as it is read, before it is rendered
            Number(pattern=r"(\d+)", maximum=8000.0),
        ),
    ],
)
def test_expectations_are_rendered_alike(production: Environment, rule: Rule, expected: Rule) -> None:
    rendered = render_snippet(make("a", rule), production)
    assert rendered.expectations[0].rule == expected
    assert rendered.values["shop.ports.api"] == 8000


def test_a_bound_has_to_be_a_number(production: Environment) -> None:
    rule = Number(pattern="(x)", minimum="@{{ shop.hosts.app.user }}@")  # type: ignore[arg-type]  # as it is read, before it is rendered
    with pytest.raises(DrillbookError, match=r"it.sh:12: the bound 'ops' is not a number"):
        render_snippet(make("a", rule), production)


def test_a_pattern_has_to_be_one_with_its_values_put_in(production: Environment) -> None:
    values = {"shop": {**production.values["shop"], "database": {"name": "("}}}
    environment = Environment(name="production", label="P", path="p.yml", values=values, lines={})
    with pytest.raises(DrillbookError, match=r"it.sh:12: .* is not a valid regular expression"):
        render_snippet(make("a", Matches(pattern="@{{ shop.database.name }}@")), environment)


def render_both(text: str, *environments: Environment) -> list[Rendered]:
    return [render_snippet(make(text), environment) for environment in environments]


def test_other_words_are_the_same_program(production: Environment, staging: Environment) -> None:
    assert same_program(*render_both("ssh -p @{{ shop.ports.api }}@ app 'ls'", production, staging)) is None


def test_another_program_is_told_with_its_line(production: Environment, staging: Environment) -> None:
    text = "true\nls @{% if environment.name == 'staging' %}@| wc@{% endif %}@"
    problem = same_program(*render_both(text, production, staging))
    assert problem is not None
    assert str(problem).startswith("snippets/shop/it.sh:21: it is a different program in staging than in production")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo @{{ shop.escalation[0].when }}@", "docs/x.md:5: 'shop.escalation' is a list, not one value"),
        ("true\necho @{{ shop.ports.api / 0 }}@", "docs/x.md:6: this cannot be calculated: division by zero"),
        ("echo @{{ lipsum() }}@", "docs/x.md:5: there is no 'lipsum'"),
        ("echo @{{ 'ab' | random }}@", "docs/x.md:5: this value cannot be read: No filter named 'random'"),
    ],
)
def test_what_would_be_unseen_or_another_text_each_time_is_refused(
    text: str, said: str, production: Environment
) -> None:
    with pytest.raises(DrillbookError) as caught:
        render_text(text, production, PLACE)
    assert said in str(caught.value)
