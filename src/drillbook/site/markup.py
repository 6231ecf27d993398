"""The HTML that code makes: each piece of it comes from a file under templates/, where every value is escaped."""

from __future__ import annotations

import datetime as dt
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from drillbook.core.model import sha256


def render_template(name: str, **values: object) -> Markup:
    """Render a file of templates/. What is Markup goes in as it is; all else is escaped."""
    return Markup(_load(name).render(values))


def keep_compiled(folder: Path) -> None:
    """Keep compiled templates in a folder, where the next process finds them while their sources are the same."""
    # What a template compiles to also depends on the settings below.
    settings = sha256(Path(__file__).read_bytes())[:16]
    _open_templates().bytecode_cache = FileSystemBytecodeCache(str(folder), f"site_{settings}_%s.cache")


def escape_text(text: str) -> str:
    """Escape a text so that an HTML parser gives back these characters, a carriage return included."""
    return escape(text, quote=False).replace("\r", "&#13;")


def _escape(value: object) -> Markup:
    # As the standard library does: MarkupSafe spells quotes in other ways.
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def _show_utc(moment: dt.datetime, form: str) -> str:
    return moment.astimezone(dt.UTC).strftime(form)


@cache
def _load(name: str) -> Template:
    return _open_templates().get_template(name)


@cache
def _open_templates() -> Environment:
    found = Environment(
        loader=PackageLoader("drillbook.site"),
        autoescape=True,
        finalize=_escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # No template uses Jinja's own, and each rendering would copy them.
    found.globals.clear()
    found.filters |= {"exact": lambda text: Markup(escape_text(text)), "utc": _show_utc}
    return found
