"""A message is its file's bytes with the environment's values, and its blanks are found and whole."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from drillbook.check.project import check_project
from drillbook.core.errors import DrillbookError, Location
from drillbook.core.model import sha256
from drillbook.project.messages import load_messages, render_message, split_blanks
from drillbook.project.project import load_project

TODAY = dt.date(2026, 11, 21)
PLACE = Location("messages/shop/first.txt", 1)
TEXT = "To: @{{ shop.contacts.lead.address }}@\n\nSince [[when]]: [[what]].\nNext at [[when]].\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = Path(shutil.copytree(Path(__file__).parents[2] / "fixtures" / "small", tmp_path / "small"))
    (root / "messages/shop").mkdir(parents=True)
    (root / "messages/shop/first.txt").write_text(TEXT, encoding="utf-8")
    page = root / "docs/shop/first.md"
    page.write_text(page.read_text("utf-8") + '\n@{{ message("shop/first", title="First notice") }}@\n', "utf-8")
    return root


def test_a_message_is_its_file_with_the_environments_values(root: Path) -> None:
    project = load_project(root)
    rendered = render_message(project.messages["shop/first"], project.environments["staging"])
    assert rendered.text == TEXT.replace("@{{ shop.contacts.lead.address }}@", "lead@staging.shop.example")[:-1]
    assert rendered.sha256 == sha256(rendered.text)
    assert "".join(piece.text for piece in rendered.pieces) == rendered.text
    assert rendered.values == {"shop.contacts.lead.address": "lead@staging.shop.example"}


def test_every_blank_is_asked_for(root: Path) -> None:
    project = load_project(root)
    rendered = render_message(project.messages["shop/first"], project.environments["staging"])
    assert rendered.blanks == ("when", "what", "when")
    assert [piece.text for piece in rendered.pieces if piece.blank] == ["[[when]]", "[[what]]", "[[when]]"]


@pytest.mark.parametrize("text", ["none at all", "[one] and [two]", "- [ ] a box", "a[0] > b[1]"])
def test_single_brackets_are_text(text: str) -> None:
    assert [(piece.text, piece.blank) for piece in split_blanks(text, PLACE)] == [(text, False)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n[[never closed", "txt:2: '[[' has no partner on its line"),
        ("[[over\ntwo lines]]", "txt:1: '[[' has no partner"),
        ("one\n\nnever opened]]", "txt:3: ']]' has no partner"),
        ("[[one [[two]]", "txt:1: '[[' has no partner"),
        ("\n[[  ]]", "txt:2: a blank is empty"),
        ("[[]]", "txt:1: '[[' has no partner"),
    ],
)
def test_a_bracket_without_a_partner_is_told_at_its_line(text: str, said: str) -> None:
    with pytest.raises(DrillbookError) as caught:
        split_blanks(text, PLACE)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("shop/first.md", b"x", "messages/shop/first.md: this is not a message"),
        ("first.txt", b"x", "messages/first.txt: this is not a message"),
        ("shop/deep/first.txt", b"x", "messages/shop/deep/first.txt: this is not a message"),
        ("shop/First.txt", b"x", "messages/shop/First.txt: this is not a message"),
        ("shop/a.txt", b"\xff", "messages/shop/a.txt: this is not valid UTF-8"),
        ("shop/a.txt", b" \n", "messages/shop/a.txt: the message is empty"),
        ("shop/a.txt", b"one\ntwo\r\n", "messages/shop/a.txt:2: the character '\\r'"),
        ("shop/a.txt", b"one\n[[two\n", "messages/shop/a.txt:2: '[[' has no partner"),
    ],
)
def test_a_file_that_is_no_message_is_named(root: Path, name: str, data: bytes, said: str) -> None:
    path = root / "messages" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    _, problems = load_messages(root)
    assert [str(problem)[: len(said)] for problem in problems] == [said]
    assert said in "\n".join(map(str, check_project(root, TODAY)))


def test_a_project_with_a_message_has_no_problems(root: Path) -> None:
    assert check_project(root, TODAY) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (
            "docs/shop/first.md",
            "shop/first",
            "shop/frist",
            "there is no message 'shop/frist'. Did you mean",
        ),
        ("docs/shop/first.md", "shop/first", "shop/frist", "messages/shop/first.txt:1: no page shows it"),
        (
            "docs/shop/first.md",
            "@{{ message",
            "Send @{{ message",
            "docs/shop/first.md:16: the macro message(…) shares its line",
        ),
        ("messages/shop/first.txt", "lead.", "laed.", "messages/shop/first.txt:1: 'shop.contacts' has no 'laed'"),
    ],
)
def test_check_names_what_is_wrong_with_messages(root: Path, path: str, old: str, new: str, said: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")
    assert said in "\n".join(map(str, check_project(root, TODAY)))


def test_a_value_with_brackets_in_it_is_told(root: Path) -> None:
    for name in ("production", "staging"):
        path = root / f"environments/{name}.yml"
        path.write_text(path.read_text("utf-8").replace("title: Lead,", 'title: "Le[[ad",'), encoding="utf-8")
    path = root / "messages/shop/first.txt"
    path.write_text("Dear @{{ shop.contacts.lead.title }}@\n", encoding="utf-8")
    assert "messages/shop/first.txt:1: '[[' has no partner" in "\n".join(map(str, check_project(root, TODAY)))
