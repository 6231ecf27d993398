"""Calls of macros on a page, run without Jinja where the page has nothing but calls: most of what a page costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_TEXT = r"""(?:"[^"\\\n]*"|'[^'\\\n]*')"""
_CALL = re.compile(
    rf"@\{{\{{\s*(?P<name>[a-z_]+)\(\s*(?P<words>(?:{_TEXT}(?:\s*,\s*{_TEXT})*)?)"
    rf"(?:\s*,\s*(?P<key>[a-z_]+)\s*=\s*(?P<value>{_TEXT}))?\s*\)\s*\}}\}}@"
)
"""A call with texts between parentheses, the last of which may have a name."""
_WORD = re.compile(_TEXT)


def run_calls(text: str, macros: Mapping[str, Callable[..., str]]) -> str | None:
    """Run a page's calls as Jinja would; None, with nothing called, where only Jinja can tell what the page says."""
    calls = list(_CALL.finditer(text))
    if "\r" in text or "@{" in _CALL.sub("", text) or any(call["name"] not in macros for call in calls):
        return None
    # Jinja takes the last newline away.
    return _CALL.sub(lambda call: _run(call, macros[call["name"]]), text).removesuffix("\n")


def _run(call: re.Match[str], macro: Callable[..., str]) -> str:
    named = {call["key"]: call["value"][1:-1]} if call["key"] else {}
    return macro(*(word[1:-1] for word in _WORD.findall(call["words"])), **named)
