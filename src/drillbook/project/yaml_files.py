"""YAML with the line of each value, refused when a key stands twice; and JSON Schema errors with a place."""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from drillbook.core.errors import InputError, Location, Problem, nearest
from drillbook.core.index import Read

# The C loader is ten times as fast, where PyYAML was built with it.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(LOADER):  # type: ignore[misc]  # which of the two it is, only this machine knows
    def close(self) -> None:
        self.dispose()


TYPES = {
    "object": "keys with values (`key: value`)",
    "array": "a list (`- item`)",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
"""The words for the types of JSON Schema."""
_IS: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
}
_SILENT = frozenset({"$schema", "$defs", "title", "description"})
"""Keywords of JSON Schema that refuse nothing."""


def read_yaml(path: Path, shown: str, read: Read = Path.read_bytes) -> tuple[Any, dict[str, int]]:
    """Return a file's value, and the line of each member by its dotted path."""
    try:
        text = read(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(Problem(Location(shown), "this is not valid UTF-8. Save the file as UTF-8.")) from error
    return parse_yaml(text, shown)


def parse_yaml(text: str, shown: str) -> tuple[Any, dict[str, int]]:
    """Return a text's value, and the line of each member by its dotted path."""
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    try:
        with closing(_Loader(text)) as loader:
            node = loader.get_single_node()
            if node is None:
                return None, lines
            _note_lines(node, "", lines, problems, shown)  # making the value changes the node
            value = loader.construct_document(node)
    except ValueError as error:  # a date that there is not, such as 2026-02-30
        raise InputError(Problem(Location(shown, 1), f"this is not valid YAML: {error}. Fix it.")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
        said = getattr(error, "problem", None) or getattr(error, "reason", None)
        raise InputError(Problem(Location(shown, line), f"this is not valid YAML: {said}. Fix it.")) from error
    if problems:
        raise InputError(problems)
    return value, lines


def _note_lines(node: yaml.Node, path: str, lines: dict[str, int], problems: list[Problem], shown: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = f"{path}.{key.value}".lstrip(".")
            if key.value in seen:
                text = f"'{name}' is here and on line {seen[key.value]}. Delete one."
                problems.append(Problem(Location(shown, line), text))
            seen[key.value] = line
            lines[name] = line
            _note_lines(value, name, lines, problems, shown)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[f"{path}.{number}"] = item.start_mark.line + 1
            _note_lines(item, f"{path}.{number}", lines, problems, shown)


class _TolerantLoader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags such as `!!python/name:` mean nothing here."""


_TolerantLoader.add_multi_constructor("", lambda _loader, _suffix, _node: None)


@cache
def read_settings(root: Path) -> Mapping[str, Any]:
    """Return what mkdocs.yml says, without what another file says that it inherits; nothing where there is none."""
    path = root / "mkdocs.yml"
    try:
        found = yaml.load(path.read_text("utf-8"), _TolerantLoader) if path.is_file() else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        text = f"this is not valid YAML: {error.problem}. Fix it."
        raise InputError(Problem(Location("mkdocs.yml", line), text)) from error
    return found if isinstance(found, dict) else {}


@cache
def read_schema(name: str) -> Any:
    """Return a schema of ours (`schemas/NAME.json`)."""
    return json.loads(
        importlib.resources.files("drillbook.project").joinpath("schemas", f"{name}.json").read_text("utf-8")
    )


def find_schema_problems(value: Any, schema_name: str, lines: dict[str, int], shown: str) -> list[Problem]:
    """Return what a schema of ours (`schemas/NAME.json`) says against a value."""
    schema = read_schema(schema_name)
    if _fits(value, schema, schema):
        return []
    import jsonschema  # noqa: PLC0415  # slow to import, and needed only where something is wrong

    validator = jsonschema.Draft202012Validator(schema)
    return [
        Problem(_locate(_find_path(error), lines, shown), _describe(error)) for error in validator.iter_errors(value)
    ]


def _fits(value: Any, schema: Any, whole: Any) -> bool:
    """Tell whether a value is good for certain; where that cannot be told at a glance, the library judges."""
    return isinstance(schema, dict) and all(
        _fits_keyword(value, keyword, wanted, schema, whole) for keyword, wanted in schema.items()
    )


def _fits_keyword(  # noqa: PLR0911  # one branch a keyword
    value: Any, keyword: str, wanted: Any, schema: Any, whole: Any
) -> bool:
    """Tell whether one keyword of a schema lets a value pass for certain."""
    match keyword, value:
        case "type", _:
            return any(_IS[name](value) for name in ([wanted] if isinstance(wanted, str) else wanted))
        case "$ref", _:
            kind, _, name = wanted.rpartition("/")
            return kind == "#/$defs" and _fits(value, whole["$defs"][name], whole)
        case "properties", dict():
            return all(_fits(value[key], inner, whole) for key, inner in wanted.items() if key in value)
        case "additionalProperties", dict():
            more = [item for key, item in value.items() if key not in schema.get("properties", {})]
            return wanted is True or all(_fits(item, wanted, whole) for item in more)
        case "propertyNames", dict():
            return all(_fits(key, wanted, whole) for key in value)
        case "required", dict():
            return all(key in value for key in wanted)
        case "items", list():
            return all(_fits(item, wanted, whole) for item in value)
        case ("minProperties", dict()) | ("minItems", list()) | ("minLength", str()):
            return len(value) >= int(wanted)
        case "minimum", int() | float():
            return bool(value >= wanted)
        case "maximum", int() | float():
            return bool(value <= wanted)
        case "pattern", str():
            return re.search(wanted, value) is not None
        case _:
            return keyword in _SILENT


def _find_path(error: Any) -> list[str]:
    """Return where the value is that is wrong; of a name that is wrong, the schema tells only what holds it."""
    path = list(map(str, error.absolute_path))
    return [*path, str(error.instance)] if "propertyNames" in error.absolute_schema_path else path


def _locate(names: list[str], lines: dict[str, int], shown: str) -> Location:
    names = list(names)
    while names and ".".join(names) not in lines:
        names.pop()
    return Location(shown, lines.get(".".join(names), 1))


def _describe(error: Any) -> str:
    where = ".".join(map(str, error.absolute_path)) or "the file"
    schema, wanted, value = error.schema, error.validator_value, error.instance
    match error.validator:
        case "additionalProperties":
            known = schema.get("properties", {})
            unknown = [key for key in value if key not in known]
            hints = " ".join(f"there is no key '{key}' in {where}. {nearest(str(key), known)}" for key in unknown)
            said = f"{hints} Fix its name or delete it."
        case "required":
            missing = [key for key in wanted if key not in value]
            said = f"{where} has no '{', '.join(missing)}'. Add it."
        case "type":
            names = " or ".join(TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted))
            quoted = " Put it in quotes." if "string" in wanted and not isinstance(value, (dict, list)) else ""
            said = f"{where} is {_show(value)}. Expected {names}.{quoted}"
        case "minLength" | "minItems" | "minProperties":
            said = f"{where} is empty. Fill it in."
        case "minimum" | "maximum":
            bound = "at least" if error.validator == "minimum" else "at most"
            said = f"{where} is {value}. Expected {bound} {wanted}. Fix the number."
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            said = f"'{value}' is not a valid name in {where}. Expected {schema['description']}."
        case "pattern":
            said = f"{where} is {_show(value)}. Expected {schema['description']}."
        case _:
            said = f"{where} is {_show(value)}. {error.message}. Fix it."
    return said


def _show(value: Any) -> str:
    """Show a value as it is written in YAML; a long one by its kind."""
    if value in (None, "", {}, []):
        return "empty"
    if isinstance(value, (dict, list)):
        return "a list" if isinstance(value, list) else "keys with values"
    return json.dumps(value) if isinstance(value, (bool, int, float)) else f"'{value}'"
