"""Reads what a header expects of outputs: one rule for each expectation."""

from __future__ import annotations

import re
from typing import Any

from drillbook.core.rules import (
    Channel,
    Columns,
    Contains,
    Equals,
    Expectation,
    JsonSchema,
    JsonSubset,
    Lacks,
    Lines,
    Matches,
    Number,
    Rule,
)
from drillbook.project.headers import HeaderReader

RULES = ("equals", "contains", "lacks", "matches", "json", "json_schema", "lines", "columns", "number")
NUMBER = (int, float)


class RuleReader(HeaderReader):
    """Turns tables such as `[[expect]]` into expectations."""

    def expectation(self, place: str, value: Any) -> Expectation | None:
        """Return one expectation."""
        if not isinstance(value, dict):
            self.report("expect", f"'expect' contains {value!r}. Write [[expect]] tables.")
            return None
        names = [key for key in value if key in RULES]
        types: dict[str, tuple[type, ...]] = {
            "of": (str,),
            **dict.fromkeys(("equals", "contains", "lacks", "matches"), (str,)),
            "json": (dict, list, str, int, float, bool),
            **dict.fromkeys(("json_schema", "lines", "number"), (dict,)),
            "columns": (list,),
        }
        good = self.take(value, types, set(), f"{place}.")
        if len(names) != 1:
            said = f"the rules {' and '.join(names)}" if names else "no rule"
            self.report(place, f"an expectation has {said}. Write exactly one of {', '.join(RULES)}.")
            return None
        if names[0] not in good:
            return None
        channel = self.choose(f"{place}.of", good.get("of", "stdout"), Channel, Channel.STDOUT)
        rule = self.rule(f"{place}.{names[0]}", names[0], good[names[0]])
        return Expectation(channel=channel, rule=rule) if rule else None

    def rule(self, place: str, name: str, value: Any) -> Rule | None:  # noqa: PLR0911, PLR0912  # one branch a rule
        """Return the rule of an expectation."""
        match name:
            case "contains" | "lacks" if not value:
                # Every output contains it, and none lacks it.
                self.report(place, f"'{name}' is empty. Write a text. For no output, write `equals = \"\"`.")
                return None
            case "equals":
                if value.replace("[…]", "").strip() == "" != value.strip():
                    self.report(place, f"'{value}' accepts any output. Write words around […].")
                return Equals(text=value)
            case "contains":
                return Contains(text=value)
            case "lacks":
                return Lacks(text=value)
            case "matches":
                if self.compiles(place, value) and re.search(value, "", re.MULTILINE):
                    self.report(
                        place, f"'{value}' also matches empty output. If there must be none, write `equals = \"\"`."
                    )
                return Matches(pattern=value)
            case "json":
                return JsonSubset(value=value)
            case "json_schema":
                return JsonSchema(schema=value)
            case "lines":
                good = self.take(value, {"min": (int,), "max": (int,)}, set(), f"{place}.")
                if not good or good == {"min": 0}:
                    self.report(place, "'lines' has no bound. Write min, max or both.")
                return Lines(minimum=good.get("min"), maximum=good.get("max"))
            case "columns":
                if not value:
                    self.report(place, "'columns' is empty. Write the header's names.")
                return Columns(names=self.strings(place, value))
            case _:
                keys: dict[str, tuple[type, ...]] = {"pattern": (str,), "min": (*NUMBER, str), "max": (*NUMBER, str)}
                good = self.take(value, keys, {"pattern"}, f"{place}.")
                if "pattern" not in good or not self.compiles(place, good["pattern"], groups=1):
                    return None
                if len(good) == 1:
                    self.report(place, "'number' has no bound. Write min, max or both.")
                return Number(pattern=good["pattern"], minimum=good.get("min"), maximum=good.get("max"))

    def compiles(self, key: str, pattern: str, groups: int = 0) -> bool:
        """Report a pattern that is none, or has no group."""
        try:
            # As it is used, so that it is compiled once.
            compiled = re.compile(pattern, re.MULTILINE)
        except re.error as error:
            self.report(key, f"'{pattern}' is not a valid regular expression: {error}. Fix it.")
            return False
        if compiled.groups < groups:
            self.report(key, f"'{pattern}' has no group. Put the number in ( ).")
            return False
        return True
