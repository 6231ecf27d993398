"""The values of an environment that a page asks for by their dotted paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drillbook.core.errors import UnknownNameError, nearest
from drillbook.core.model import Environment


def find_value(environment: Environment, dotted: str) -> Any:
    """Return a value, a group or a list. Raises UnknownNameError, which says what was probably meant."""
    found: Any = {**environment.values}
    found.setdefault("environment", {"name": environment.name, "label": environment.label})
    done = ""
    for part in dotted.split("."):
        known = found if isinstance(found, Mapping) else [str(n) for n in range(len(found))]
        if part not in known:
            where = f" in '{done}'" if done else ""
            raise UnknownNameError(
                f"there is no value '{part}'{where} for '{dotted}'. {nearest(part, map(str, known))}"
            )
        found = found[part] if isinstance(found, Mapping) else found[int(part)]
        done = f"{done}.{part}".lstrip(".")
        if isinstance(found, str | int | float) and done != dotted:
            raise UnknownNameError(f"'{done}' is one value, so there is no '{dotted}'. Use '{done}'.")
    return found


def list_leaves(found: Any, dotted: str) -> list[str]:
    """Return the dotted paths of all single values in a value."""
    if isinstance(found, Mapping):
        return [leaf for key, one in found.items() for leaf in list_leaves(one, f"{dotted}.{key}")]
    if isinstance(found, list | tuple):
        return [leaf for number, one in enumerate(found) for leaf in list_leaves(one, f"{dotted}.{number}")]
    return [dotted]


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Turn nested values into variables: `{"hosts": {"app": {"name": …}}}` becomes `HOSTS_APP_NAME`."""
    flat: dict[str, str] = {}
    for key, value in values.items():
        name = f"{prefix}{key}".upper().replace("-", "_")
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{name}_")
        elif not isinstance(value, list | tuple):
            flat[name] = str(value)
    return flat
