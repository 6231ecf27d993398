"""What the edge to MkDocs hands to the theme."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import material
import pytest

from drillbook.mkdocs_plugin.hooks import THEME, prepare_templates


@pytest.fixture
def drawing(tmp_path: Path) -> tuple[Any, list[str]]:
    """Return the theme's `draw_once` and the list of what was drawn."""
    config = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"))
    env = prepare_templates(SimpleNamespace(globals={}), config=config)
    return env.globals["draw_once"], []


def draw(drawing: tuple[Any, list[str]], url: str | None, path: str, *, active: bool) -> str:
    draw_once, drawn = drawing

    def render(item: Any, path: str, level: int) -> str:
        drawn.append(path)
        return f"{item.title} {path} {level} from {url}"

    page = None if url is None else SimpleNamespace(url=url)
    return str(draw_once(render, SimpleNamespace(active=active, title="Section"), path, page))


def test_a_section_without_the_page_is_drawn_once_for_a_folder(drawing: tuple[Any, list[str]]) -> None:
    assert draw(drawing, "a/one.html", "__nav_1", active=False) == draw(drawing, "a/two.html", "__nav_1", active=False)
    assert drawing[1] == ["__nav_1"]


@pytest.mark.parametrize(
    ("url", "path", "active"),
    [
        ("b/one.html", "__nav_1", False),
        ("a/two.html", "__nav_2", False),
        ("a/two.html", "__nav_1", True),
        (None, "__nav_1", False),
    ],
)
def test_any_other_is_drawn_anew(drawing: tuple[Any, list[str]], url: str | None, path: str, active: bool) -> None:
    draw(drawing, "a/one.html", "__nav_1", active=False)
    assert draw(drawing, url, path, active=active) == f"Section {path} 1 from {url}"
    assert len(drawing[1]) == 2


def test_the_navigation_is_material_s_but_for_the_call() -> None:
    theirs = (Path(material.__file__).parent / "templates/partials/nav.html").read_text("utf-8")
    ours = (THEME / "partials/nav.html").read_text("utf-8")
    call = ours.replace("draw_once(item.render, nav_item, path, page)", "item.render(nav_item, path, 1)")
    assert call.partition("-#}")[2] == theirs.partition("-#}")[2]
