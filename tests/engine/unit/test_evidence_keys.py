"""What of a snippet's file a verdict hangs on: the meaning of its header and the text, not its words for people."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.model import Alias, Allowance, Input, Snippet
from drillbook.evidence.record import NOT_DECIDING, REASONS, hash_snippet
from drillbook.project.snippets import parse_snippet

SOURCE = """\
# /// snippet
# title = "Restart it"
# host = "app"
# risk = "changes"
# changes = ["units"]
# undo = { none = "a restart is none" }
# control = { none = "it asks nothing" }
# requires = ["shop/first"]
# silent = "it says nothing"
# paste = false
# paste_reason = "it takes the terminal"
#
# [inputs.INCIDENT]
# meaning = "its number"
# sandbox = "INC-1"
#
# [[allow]]
# line = 2
# status = [1]
# reason = "there may be none"
#
# [[expect]]
# of = "stderr"
# json = { a = 1, b = { c = 2, d = 3 } }
# ///
: "${INCIDENT:?set it first}"
grep x y
"""
SKIP = '# [skip]\n# reason = "no licence"\n# owner = "desk"\n# expires = 2027-05-01\n#\n# [[expect]]'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "snippets/shop").mkdir(parents=True)
    return tmp_path


def parse(root: Path, old: str = "", new: str = "") -> Snippet:
    assert old in SOURCE
    path = root / "snippets/shop/it.sh"
    path.write_text(SOURCE.replace(old, new, 1) if old else SOURCE, "utf-8")
    return parse_snippet(path, root)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Restart it", "Restart the shop"),
        ("a restart is none", "nothing takes it back"),
        ("it asks nothing", "it is no question"),
        ("it says nothing", "systemctl prints nothing"),
        ("it takes the terminal", "it needs all of the screen"),
        ("its number", "the number of the incident"),
        ("there may be none", "nothing is found on a good day"),
        ('# title = "Restart it"', '# # A note.\n#\n#   title   =   "Restart it"'),
        ('# title = "Restart it"\n# host = "app"', '# host = "app"\n# title = "Restart it"'),
        ("a = 1, b = { c = 2, d = 3 }", "b = { d = 3, c = 2 }, a = 1"),
        ("# [[expect]]", SKIP),
        ('# risk = "changes"\n', '# risk = "changes"\n# kind = "shell"\n# timeout = 30\n# status = [0]\n'),
        ("grep x y\n", "grep x y"),
    ],
)
def test_words_for_people_and_ways_to_write_the_same_do_not_count(root: Path, old: str, new: str) -> None:
    assert hash_snippet(parse(root, old, new)) == hash_snippet(parse(root))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"app"', '"workstation"'),
        ('"changes"', '"destructive"'),
        ('["units"]', '["files"]'),
        ('{ none = "a restart is none" }', '"shop/back"'),
        ('{ none = "it asks nothing" }', '"stopped"'),
        ("shop/first", "shop/second"),
        ('# silent = "it says nothing"\n', ""),
        ('# paste = false\n# paste_reason = "it takes the terminal"\n', ""),
        ("# paste = false", "# timeout = 31\n# paste = false"),
        ("# paste = false", "# status = [0, 3]\n# paste = false"),
        ("# paste = false", '# directory = "/tmp"\n# paste = false'),
        ("# [[expect]]", "# [stream]\n# within = 3\n#\n# [[expect]]"),
        ("INC-1", "INC-2"),
        ("line = 2", "line = 1"),
        ("status = [1]", "status = [2]"),
        ('of = "stderr"', 'of = "both"'),
        ("a = 1", "a = 1.0"),
        ("a = 1", "a = true"),
        ("a = 1", 'a = "1"'),
        ("grep x y", "grep x  y"),
        ("grep x y", "grep x y\n"),
    ],
)
def test_what_decides_counts(root: Path, old: str, new: str) -> None:
    assert hash_snippet(parse(root, old, new)) != hash_snippet(parse(root))


def test_two_rules_with_the_same_words_are_two(root: Path) -> None:
    rule = "json = { a = 1, b = { c = 2, d = 3 } }"
    found = {hash_snippet(parse(root, rule, f'{name} = "ok"')) for name in ("contains", "lacks", "equals")}
    assert len(found) == 3


def test_a_date_in_a_rule_is_no_text(root: Path) -> None:
    found = {hash_snippet(parse(root, "a = 1", f"a = {day}")) for day in ("2026-05-17", '"2026-05-17"')}
    assert len(found) == 2


@pytest.mark.parametrize("noun", [Snippet, Input, Allowance, Alias])
def test_every_field_counts_but_those_that_are_named(root: Path, noun: type) -> None:
    """One that is added counts; whoever does not want that has to name it."""
    snippet = parse(root)
    one: Any = {
        Snippet: snippet,
        Input: snippet.inputs[0],
        Allowance: snippet.allow[0],
        Alias: Alias(name="x", expectation=snippet.expectations[0]),
    }[noun]
    place: str | None = {Input: "inputs", Allowance: "allow", Alias: "aliases"}.get(noun)

    def hash_with(changed: Any) -> str:
        given: dict[str, Any] = {place: (changed,)} if place else {}
        return hash_snippet(replace(snippet, **given) if place else changed)

    # No field has the value "?".
    deciding = {field.name for field in fields(one) if hash_with(replace(one, **{field.name: "?"})) != hash_with(one)}
    by_words = REASONS if noun is Snippet else frozenset()
    assert deciding == {field.name for field in fields(one)} - NOT_DECIDING.get(noun, frozenset()) - by_words


def test_a_name_that_does_not_count_is_a_field() -> None:
    """A field that is renamed would count without anyone's will."""
    for noun, names in NOT_DECIDING.items():
        assert names <= {field.name for field in fields(noun)}
    assert {field.name for field in fields(Snippet)} >= REASONS


def test_the_same_file_has_the_same_digest_in_every_version(root: Path) -> None:
    """Whatever changes it, such as a field's new name or default, makes all committed evidence stale."""
    assert hash_snippet(parse(root)) == "ec19b983f190c2e88b25f9c867a2ebebf48e66db4cdeb117a317cec81ad737c5"
