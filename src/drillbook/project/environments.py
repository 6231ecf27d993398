"""The files under `environments/`: every value that differs between one place and another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drillbook.core.errors import InputError, Location, Problem, find_nearest, nearest
from drillbook.core.index import Read
from drillbook.core.model import Environment
from drillbook.project.yaml_files import find_schema_problems, read_schema, read_yaml


def load_environment(path: Path, root: Path, read: Read = Path.read_bytes) -> Environment:
    """Read one environment's file. Raises InputError with all that is wrong."""
    shown = path.relative_to(root).as_posix()
    value, lines = read_yaml(path, shown, read)
    problems = find_schema_problems(value, "environment", lines, shown)
    if not problems:
        problems = [
            *_find_name_problems(value, path, lines, shown),
            *_find_misspelt_groups(value, lines, shown),
            *_find_dead_ends(value, lines, shown),
        ]
    if problems:
        raise InputError(problems)
    # Templates name a system as Jinja can: sre-production becomes sre_production.
    values = {name.replace("-", "_"): system for name, system in value["systems"].items()}
    dotted = {
        f"{parts[1].replace('-', '_')}.{'.'.join(parts[2:])}".rstrip("."): line
        for name, line in lines.items()
        if len(parts := name.split(".")) > 1 and parts[0] == "systems"
    }
    return Environment(name=value["name"], label=value["label"], path=shown, values=values, lines=dotted)


def _find_name_problems(value: Mapping[str, Any], path: Path, lines: Mapping[str, int], shown: str) -> list[Problem]:
    if value["name"] == path.stem:
        return []
    text = f"the environment is called '{value['name']}' but its file is {path.name}. Rename one of them."
    return [Problem(Location(shown, lines["name"]), text)]


def _find_misspelt_groups(value: Mapping[str, Any], lines: Mapping[str, int], shown: str) -> list[Problem]:
    """Find groups of a system's own that are called nearly as one that the schema knows."""
    groups = read_schema("environment")["$defs"]["system"]["properties"]
    return [
        Problem(
            Location(shown, lines[f"systems.{name}.{group}"]),
            f"there is no key '{group}' in systems.{name}. {nearest(group, groups)} "
            "Fix it, or give your own group another name.",
        )
        for name, system in value["systems"].items()
        for group in system
        if group not in groups and find_nearest(group, groups)
    ]


def _find_dead_ends(value: Mapping[str, Any], lines: Mapping[str, int], shown: str) -> list[Problem]:
    """Find steps of an escalation that lead to nobody, and delays for a severity that there is not."""
    problems = []
    for name, system in value["systems"].items():
        for number, step in enumerate(system["escalation"]):
            place = Location(shown, lines[f"systems.{name}.escalation.{number}"])
            if step["contact"] not in system["contacts"]:
                known = nearest(step["contact"], system["contacts"])
                problems.append(
                    Problem(place, f"there is no contact '{step['contact']}' for step {step['level']}. {known}")
                )
            for severity in step.get("after", {}):
                if severity not in system["severities"]:
                    known = nearest(severity, system["severities"])
                    problems.append(
                        Problem(place, f"there is no severity '{severity}' for step {step['level']}. {known}")
                    )
    return problems


def find_shape_problems(environments: Mapping[str, Environment]) -> list[Problem]:
    """Find values that one environment has and another has not."""
    problems = []
    shapes = {name: _find_paths(environment.values) for name, environment in environments.items()}
    for name, environment in environments.items():
        for other, paths in shapes.items():
            for path in sorted(shapes[name] - paths):
                if path.rpartition(".")[0] in shapes[name] - paths:
                    continue
                text = f"{path} is missing in {other}. Every environment has the same values. Add it there."
                problems.append(Problem(environment.locate(path), text))
    return problems


def _find_paths(value: object, path: str = "") -> set[str]:
    if isinstance(value, Mapping):
        children = set().union(*(_find_paths(item, f"{path}.{key}".lstrip(".")) for key, item in value.items()))
        return children | ({path} if path else set())
    return {path}
