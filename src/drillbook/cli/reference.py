"""The parts of the handbook that are made from the code; `python -m drillbook.cli.reference` writes them anew."""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from drillbook.cli.arguments import make_parser
from drillbook.core.files import PACKAGE
from drillbook.project.pages import find_pages
from drillbook.project.yaml_files import read_schema

ORDER = (
    *("core", "shell", "project", "lint", "guest", "sandbox", "verify", "evidence", "site", "check", "audit", "plan"),
    *("pytest_plugin", "mkdocs_plugin", "cli"),
)
"""The packages, the lowest first; pyproject.toml has them the other way round as the layers of a contract."""
_PART = re.compile(r"(<!-- made from (?P<name>[\w. -]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill_page(page: str) -> str:
    """Return a page with each part between `<!-- made from NAME -->` and `<!-- end -->` as the code says it now."""
    return _PART.sub(lambda match: f"{match[1]}\n{make_part(match['name'])}\n\n{match[3]}", page)


def make_part(name: str) -> str:
    """Return one part in Markdown: a schema's tables, or the command line."""
    if name == "the command line":
        return "\n\n".join(_describe_commands(make_parser()))
    if name == "the packages":
        head = ("| Package | What it is | In | Out | Called by |", "|---|---|---|---|---|")
        return "\n".join([*head, *_describe_packages()])
    return "\n\n".join(_describe_schema(read_schema(name.removesuffix(".json"))))


def _describe_packages() -> Iterator[str]:
    """Yield a row for each package, in the order of the contract: who stands lowest comes first."""
    for path in sorted(PACKAGE.glob("*/__init__.py"), key=lambda path: ORDER.index(path.parent.name)):
        what, _, rest = str(ast.get_docstring(ast.parse(path.read_text("utf-8")))).partition("\n\n")
        parts = dict(line.split(": ", 1) for line in rest.splitlines())
        yield f"| `{path.parent.name}` | {what} | {parts['In']} | {parts['Out']} | {parts['Called by']} |"


def _describe_schema(schema: Mapping[str, Any]) -> Iterator[str]:
    yield _make_table(schema, schema)
    for name, one in schema.get("$defs", {}).items():
        if "properties" in one:
            yield f"A *{name}*:"
            yield _make_table(one, schema)


def _make_table(one: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    needed = one.get("required", ())
    rows = ["| Key | Needed | Holds | Meaning |", "|---|---|---|---|"]
    for key, value in one["properties"].items():
        cells = (f"`{key}`", "yes" if key in needed else "", _say_type(value, schema), value.get("description", ""))
        rows.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(rows)


def _say_type(value: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Say in a few words what a value is: a string, a list of …, by name a …."""
    if found := value.get("$ref"):
        name = found.rpartition("/")[2]
        return f"*{name}*" if "properties" in schema["$defs"][name] else _say_type(schema["$defs"][name], schema)
    kind = value.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {_say_type(value['items'], schema)}" if "items" in value else "list"
    if kind == "object" and isinstance(value.get("additionalProperties"), Mapping):
        return f"by name, {_say_type(value['additionalProperties'], schema)}"
    if kind == "object" and "properties" in value:
        return f"{', '.join(f'`{key}`' for key in value['properties'])}"
    return str(kind)


def _describe_commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    helps = {action.dest: action.help or "" for action in commands._choices_actions}
    for name, one in commands.choices.items():
        yield f"### `{name}`"
        yield f"{helps[name][0].upper()}{helps[name][1:]}."
        rows = [
            f"| {_say_option(action)} | {(action.help or _say_choices(action)).replace('|', '&#124;')} |"
            for action in one._actions
            if not isinstance(action, argparse._HelpAction)
        ]
        if rows:
            yield "\n".join(["| Argument | Meaning |", "|---|---|", *rows])


def _say_option(action: argparse.Action) -> str:
    word = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return f"`{word}`"
    value = "" if action.nargs == 0 else f" {word}"
    return ", ".join(f"`{option}{value}`" for option in action.option_strings)


def _say_choices(action: argparse.Action) -> str:
    return f"one of {', '.join(map(str, action.choices))}" if action.choices else action.dest.replace("_", " ")


def main(root: Path) -> int:
    """Write the parts anew in every page under docs/; return 0."""
    for path in find_pages(root):
        page = path.read_text("utf-8")
        if (new := fill_page(page)) != page:
            path.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
