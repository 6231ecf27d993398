"""What a schema says against a value reads as a sentence: where, what is wrong, what was expected, how to mend it."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from drillbook.project.yaml_files import _fits, find_schema_problems, read_schema, read_yaml

ROOT = Path(__file__).parents[3]
ENVIRONMENT = ROOT / "tests/fixtures/small/environments/production.yml"
SANDBOX = ROOT / "tests/fixtures/small/sandboxes/shop/sandbox.yml"


def complain(path: Path, schema: str, tmp_path: Path, dotted: str, value: Any) -> list[str]:
    """Put a value into a sound file, and return what is said."""
    whole = yaml.safe_load(path.read_text("utf-8"))
    *above, last = dotted.split(".")
    holder = whole
    for name in above:
        holder = holder[int(name) if isinstance(holder, list) else name]
    holder[last] = value
    changed = tmp_path / "changed.yml"
    changed.write_text(yaml.safe_dump(whole, sort_keys=False), "utf-8")
    value, lines = read_yaml(changed, "changed.yml")
    return [problem.text for problem in find_schema_problems(value, schema, lines, "changed.yml")]


@pytest.mark.parametrize(
    ("dotted", "value", "said"),
    [
        ("label", 5, "label is 5. Expected a text. Put it in quotes."),
        ("label", None, "label is empty. Expected a text. Put it in quotes."),
        ("label", "", "label is empty. Fill it in."),
        ("label", ["a"], "label is a list. Expected a text."),
        ("label", {"a": 1}, "label is keys with values. Expected a text."),
        (
            "name",
            "Production!",
            "name is 'Production!'. Expected the file's name without .yml, in small letters, digits and -",
        ),
        ("systems", {}, "systems is empty. Fill it in."),
        ("systems", "shop", "systems is 'shop'. Expected keys with values (`key: value`)."),
        ("systems.shop.ports.api", True, "systems.shop.ports.api is true. Expected a whole number."),
        ("systems.shop.ports.api", 0, "systems.shop.ports.api is 0. Expected at least 1. Fix the number."),
        ("systems.shop.ports.api", 70000, "is 70000. Expected at most 65535. Fix the number."),
        ("systems.shop.escalation", {}, "systems.shop.escalation is empty. Expected a list (`- item`)."),
        ("systems.shop.escalation", [], "systems.shop.escalation is empty. Fill it in."),
        ("systems.shop.database", {"name": True}, "is true. Expected a text or a number. Put it in quotes."),
        ("systems.shop.links", {"chat": "chat"}, "systems.shop.links.chat is 'chat'. Expected a URL."),
        (
            "systems.Shop",
            {},
            "'Shop' is not a valid name in systems. Expected small letters, digits and -, a letter first",
        ),
    ],
)
def test_an_environment_that_is_wrong_is_told_in_words(tmp_path: Path, dotted: str, value: Any, said: str) -> None:
    found = complain(ENVIRONMENT, "environment", tmp_path, dotted, value)
    assert any(said in text for text in found), found
    assert not any("'object'" in text or "integer" in text or "None" in text for text in found)


def test_a_sandbox_that_is_wrong_is_told_in_words(tmp_path: Path) -> None:
    (said,) = complain(SANDBOX, "sandbox", tmp_path, "shares", ["host"])
    assert said == "shares.0 is 'host'. Expected a folder that begins with _."


def test_a_wrong_name_is_told_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "changed.yml"
    path.write_text(ENVIRONMENT.read_text("utf-8").replace("  shop:", "  Shop:"), "utf-8")
    value, lines = read_yaml(path, "changed.yml")
    (problem,) = find_schema_problems(value, "environment", lines, "changed.yml")
    assert problem.location.line == lines["systems.Shop"]


def find_patterns(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema
        for value in schema.values():
            yield from find_patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from find_patterns(value)


@pytest.mark.parametrize("name", ["environment", "sandbox"])
def test_every_pattern_says_in_words_what_it_wants(name: str) -> None:
    text = importlib.resources.files("drillbook.project").joinpath("schemas", f"{name}.json").read_text("utf-8")
    patterns = list(find_patterns(json.loads(text)))
    assert patterns
    assert [schema for schema in patterns if not schema.get("description")] == []


@pytest.mark.parametrize("name", ["environment", "sandbox", "page"])
def test_what_is_waved_through_at_a_glance_the_library_accepts(name: str) -> None:
    schema = read_schema(name)
    page = {"owner": "SRE", "reviewed": "2026-11-21", "symptoms": [{"text": "down", "anchor": "down"}]}
    files = {"environment": ENVIRONMENT, "sandbox": SANDBOX}
    values = [yaml.safe_load(files[name].read_text("utf-8")) if name in files else page]
    validator = jsonschema.Draft202012Validator(schema)
    for value in values:
        assert _fits(value, schema, schema), "the quick way is not taken"
        for wrong in spoil(value):
            assert not _fits(wrong, schema, schema) or validator.is_valid(wrong), wrong


def spoil(value: Any) -> Iterator[Any]:
    """Make each value in turn one of another kind, take each away, and add one that nobody knows."""
    yield from (None, "", " x", 0, -1, 1.5, True, [], {}, {"A b": 1}, [1])
    if isinstance(value, dict):
        yield {**value, "Un known": 1}
        for key, item in value.items():
            yield {name: other for name, other in value.items() if name != key}
            if isinstance(item, dict | list) or len(value) < 8:
                yield from ({**value, key: wrong} for wrong in spoil(item))
    elif isinstance(value, list):
        for number, item in enumerate(value[:2]):
            yield from ([*value[:number], wrong, *value[number + 1 :]] for wrong in spoil(item))
