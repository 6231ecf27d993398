"""The one place where text gets an environment's values; the site and the runner both call it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any, cast

from drillbook.core.errors import InputError, Location, Problem, UnknownNameError, nearest
from drillbook.core.model import Environment, Host, Rendered, Snippet, sha256
from drillbook.core.rules import Expectation, Matches, Number, Rule
from drillbook.shell.script import find_difference, parse_script

DELIMITERS = {
    "variable_start_string": "@{{",
    "variable_end_string": "}}@",
    "block_start_string": "@{%",
    "block_end_string": "%}@",
    "comment_start_string": "@{#",
    "comment_end_string": "#}@",
}
"""Jinja's own delimiters corrupt real commands: `{{.Names}}`, `${#HOSTS[@]}`."""
SAFE = re.compile(r"[A-Za-z0-9_./:@%+=,-]*")
_PLAIN = re.compile(r"@\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\s*\}\}@")
"""A value by its dotted path: nearly all that snippets take of Jinja, which compiles a program for each text."""
_WORDS = frozenset({"true", "false", "none", "not", "self", "super", "keys", "values", "items", "get"})
"""What in a path Jinja takes for a word of its own, or for a method of a mapping."""
Leaf = str | int | float | bool


class Values(Mapping[str, Any]):
    """A view of nested values that notes the dotted path of each one that a template uses."""

    def __init__(self, values: Mapping[str, Any], used: dict[str, Leaf], path: str = "") -> None:
        self._values, self._used, self._path = values, used, path

    def __getitem__(self, key: str) -> Any:
        try:
            value = self._values[key]
        except KeyError:
            where = f"'{self._path.rstrip('.')}' has" if self._path else "there is"
            raise UnknownNameError(f"{where} no '{key}'. {nearest(key, self._values)}") from None
        path = f"{self._path}{key}"
        if isinstance(value, Mapping):
            return Values(value, self._used, f"{path}.")
        if isinstance(value, list | tuple):
            # What is taken out of a list would be used unseen and unchecked.
            raise UnknownNameError(f"'{path}' is a list, not one value. Give the value you need its own key.")
        self._used[path] = value
        return value

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError(key)
        return self[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __str__(self) -> str:
        raise UnknownNameError(
            f"'{self._path.rstrip('.')}' is a group of values. Add one of {', '.join(self._values)} to it."
        )


@cache
def _jinja() -> Any:
    import jinja2  # noqa: PLC0415  # slow to import, and `list` may need none of it

    done = jinja2.Environment(
        **cast(Any, DELIMITERS), undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    # A text is the same each time that it is rendered.
    done.globals.clear()
    del done.filters["random"]
    return done


def render_text(text: str, environment: Environment, location: Location) -> tuple[str, dict[str, Leaf]]:
    """Put an environment's values into a text; return it with the values used, by dotted path.

    `location` is the place of the text's first line.
    """
    if "@{" not in text:
        return text, {}
    import jinja2  # noqa: PLC0415  # it takes long to load, and most texts need it not

    used: dict[str, Leaf] = {}
    # A wrong name is looked for line by line only once the whole has failed: errors are rare, rendering is not.
    names = {"name": environment.name, "label": environment.label}
    values = Values({**environment.values, "environment": names}, used)
    try:
        context = {key: values[key] for key in values}
        if (plain := _put_in(text, context)) is not None:
            return plain, used
        # Jinja would turn carriage returns into newlines: what a reader pastes is what the file holds.
        stand_in = next(mark for mark in map(chr, range(0xE000, 0xF8FF)) if mark not in text)
        template = _jinja().from_string(text.replace("\r", stand_in))
        done = template.render(context)
        return done.replace(stand_in, "\r"), used
    except jinja2.TemplateSyntaxError as error:
        line = location.line + error.lineno - 1
        text = f"this value cannot be read: {str(error.message).rstrip('.')}. Write it as @{{{{ system.ports.api }}}}@."
        raise InputError(Problem(Location(location.path, line), text)) from error
    except (UnknownNameError, jinja2.UndefinedError) as error:
        message = str(error)
        if found := re.fullmatch(r"'(\w+)' is undefined", message):
            message = f"there is no '{found[1]}'. {nearest(found[1], values)}"
        elif isinstance(error, jinja2.UndefinedError):
            message = f"{message.rstrip('.')}."
        line = location.line + _failing_line(error) - 1
        text = f"{message} {environment.path} has the names."
        raise InputError(Problem(Location(location.path, line), text)) from error
    except Exception as error:  # whatever an expression or a filter raises
        line = location.line + _failing_line(error) - 1
        text = f"this cannot be calculated: {error}. Write only the name of a value in {environment.path}."
        raise InputError(Problem(Location(location.path, line), text)) from error


def _put_in(text: str, values: Mapping[str, Any]) -> str | None:
    """Put values into a text that takes nothing but them; None where only Jinja can tell what it says."""
    pieces = _PLAIN.split(text)
    if any("@{" in piece for piece in pieces[::2]):
        return None
    for place in range(1, len(pieces), 2):
        found: Any = values
        for name in pieces[place].split("."):
            if name in _WORDS or not isinstance(found, Mapping):
                return None
            try:
                found = found[name]
            except (KeyError, UnknownNameError):
                return None
        if not isinstance(found, str | int | float):
            return None
        pieces[place] = str(found)
    return "".join(pieces)


def _failing_line(error: BaseException) -> int:
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def find_host(snippet: Snippet, environment: Environment) -> Host:
    """Return the host of a snippet's role in an environment."""
    system = snippet.system.replace("-", "_")
    hosts = environment.values.get(system, {}).get("hosts", {})
    if snippet.host not in hosts:
        text = f"{environment.name} has no host '{snippet.host}' in {snippet.system}. {nearest(snippet.host, hosts)}"
        raise InputError(Problem(snippet.locate("host"), text))
    return Host(role=snippet.host, **hosts[snippet.host])


def render_snippet(snippet: Snippet, environment: Environment) -> Rendered:
    """Render a snippet in an environment: text, directory, expectations."""
    text, used = render_text(snippet.text, environment, snippet.location)
    host = find_host(snippet, environment)
    system = snippet.system.replace("-", "_")
    directory, more = render_text(snippet.directory or host.directory, environment, snippet.locate("directory"))
    _check_safe(snippet, environment, used | more)
    prefix = f"{system}.hosts.{host.role}"
    used |= more | {f"{prefix}.{field}": getattr(host, field) for field in ("name", "user", "directory")}
    expectations = []
    for number, expectation in enumerate(snippet.expectations):
        rule, more = _render_rule(expectation.rule, environment, snippet.locate(f"expect.{number}"))
        used |= more
        expectations.append(Expectation(channel=expectation.channel, rule=rule))
    aliases = []
    for alias in snippet.aliases:
        rule, more = _render_rule(alias.expectation.rule, environment, snippet.locate(f"alias.{alias.name}"))
        used |= more
        aliases.append(replace(alias, expectation=replace(alias.expectation, rule=rule)))
    return Rendered(
        snippet=snippet,
        environment=environment.name,
        text=text,
        sha256=sha256(text),
        host=host,
        directory=directory,
        expectations=tuple(expectations),
        aliases=tuple(aliases),
        values=dict(sorted(used.items())),
    )


def _check_safe(snippet: Snippet, environment: Environment, used: Mapping[str, Leaf]) -> None:
    problems = [
        Problem(
            environment.locate(path),
            f"{path} is used in {snippet.id} and {wrong}. Use only letters, digits and _./:@%+=,- in the "
            "value, or do not use it in a command.",
        )
        for path, value in used.items()
        if (wrong := _describe_unsafe(str(value)))
    ]
    if problems:
        raise InputError(problems)


def _describe_unsafe(value: str) -> str | None:
    if not value:
        return "is empty, which removes a word from a command"
    unsafe = "".join(dict.fromkeys(SAFE.sub("", value)))
    return f"contains {unsafe!r}, which a shell would interpret" if unsafe else None


def _render_rule(rule: Rule, environment: Environment, place: Location) -> tuple[Rule, dict[str, Leaf]]:
    used: dict[str, Leaf] = {}

    def render(value: Any) -> Any:
        match value:
            case str():
                text, more = render_text(value, environment, place)
                used.update(more)
                return text
            case list() | tuple():
                return type(value)(render(item) for item in value)
            case Mapping():
                return {key: render(item) for key, item in value.items()}
            case _:
                return value

    changes = {field.name: render(getattr(rule, field.name)) for field in fields(rule)}
    if isinstance(rule, Number):
        for bound in ("minimum", "maximum"):
            if isinstance(changes[bound], str):
                changes[bound] = _read_number(changes[bound], place)
    done = replace(rule, **changes)
    if isinstance(done, Matches | Number):
        _check_pattern(done.pattern, place)
    return done, used


def _check_pattern(pattern: str, place: Location) -> None:
    try:
        re.compile(pattern, re.MULTILINE)
    except re.error as error:
        text = f"'{pattern}', with its values filled in, is not a valid regular expression: {error}. Fix it."
        raise InputError(Problem(place, text)) from None


def _read_number(text: str, place: Location) -> float:
    try:
        return float(text)
    except ValueError:
        problem = f"the bound '{text}' is not a number. Write a number, or a value that is one."
        raise InputError(Problem(place, problem)) from None


def same_program(first: Rendered, second: Rendered) -> Problem | None:
    """Say where two environments' renderings of one snippet are different programs; only words may differ."""
    difference = find_difference(parse_script(first.text), parse_script(second.text))
    if difference is None:
        return None
    text = (
        f"it is a different program in {second.environment} than in {first.environment}. Keep each value inside "
        "one word, and write a separate snippet for what differs."
    )
    return Problem(Location(first.snippet.path, first.snippet.text_line + difference[0] - 1), text)
