"""The handbook's page of broken runbooks is made from what was measured, and from the tables that the tests read."""

from __future__ import annotations

import json
import tomllib

from benchmarks.peers import BROKEN, GREEN, PAGE, PEERS, REQUIREMENTS, RESULTS, fill_page, make_table, say_drillbook

WAYS = tomllib.loads((BROKEN / "ways.toml").read_text("utf-8"))
FOUND = json.loads(RESULTS.read_text("utf-8"))


def test_the_page_is_as_the_files_say() -> None:
    page = PAGE.read_text("utf-8")
    assert fill_page(page) == page, "run `./run peers --page`"


def test_every_tool_was_given_all_that_it_can_be_given() -> None:
    given = {name for name, way in WAYS.items() if "peers" not in way and way["verdict"] != "passed"}
    assert FOUND["found"].keys() == given | {"sound"}
    assert all(one.keys() == PEERS.keys() for one in FOUND["found"].values())


def test_a_sound_snippet_is_green_with_each() -> None:
    assert set(FOUND["found"]["sound"].values()) == {GREEN}


def test_the_versions_are_those_that_are_pinned() -> None:
    pinned = REQUIREMENTS.read_text("utf-8")
    assert all(f"{name}=={version}" in pinned for name, version in FOUND["versions"].items())


def test_the_table_says_what_each_tool_said() -> None:
    ways = {
        "a": {"group": "G", "way": "a way", "verdict": "failed"},
        "b": {"group": "G", "way": "another way", "verdict": "control", "peers": "it would do harm"},
    }
    table = make_table(ways, {"versions": dict.fromkeys(PEERS, "1"), "found": {"a": dict.fromkeys(PEERS, GREEN)}})
    assert "| a way | red | **green** |" in table
    assert "| another way | red (control) | not run |" in table
    assert "- Another way. it would do harm" in table
    assert say_drillbook({"verdict": "failed or errored"}) == "red or errored"
