"""The harness's generation is raised, or a waiver written, whenever what decides a verdict changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

from drillbook.core.generation import GENERATION, find_deciding, hash_harness, strip_notes

DATA = Path(__file__).parents[2] / "data" / "generation.toml"


def judge(recorded: dict[str, object], generation: int, actual: str) -> str | None:
    """Return what is wrong, if anything: the data says which hash each generation and each waiver stands for."""
    if recorded["generation"] == generation and recorded["sha256"] == actual:
        return None
    waivers = recorded.get("waivers", [])
    assert isinstance(waivers, list)
    for waiver in waivers:
        if (waiver["generation"], waiver["sha256"]) == (generation, actual) and waiver["reason"].strip():
            return None
    return (
        f"the harness changed (its hash is {actual}); raise GENERATION in src/drillbook/core/generation.py "
        f"and record both in tests/data/{DATA.name}, or add a waiver there that says why no verdict can differ"
    )


def test_a_changed_harness_has_a_new_generation_or_a_waiver() -> None:
    assert judge(tomllib.loads(DATA.read_text("utf-8")), GENERATION, hash_harness()) is None


def test_a_changed_harness_without_either_is_refused() -> None:
    recorded: dict[str, object] = {"generation": 1, "sha256": "a" * 64}
    assert "raise GENERATION" in str(judge(recorded, 1, "b" * 64))


def test_a_waiver_without_a_reason_is_refused() -> None:
    waiver = {"generation": 1, "sha256": "b" * 64, "reason": " "}
    assert judge({"generation": 1, "sha256": "a" * 64, "waivers": [waiver]}, 1, "b" * 64)
    assert not judge({"generation": 1, "sha256": "a" * 64, "waivers": [waiver | {"reason": "a comment"}]}, 1, "b" * 64)


def test_a_new_generation_must_be_recorded() -> None:
    recorded: dict[str, object] = {"generation": 1, "sha256": "a" * 64}
    assert judge(recorded, 2, "a" * 64)


def test_what_decides_is_found_by_package() -> None:
    names = {path.name for path in find_deciding()}
    assert {"agent.py", "trace.bash", "sandbox_model.py", "snippets.py", "volumes.py", "status.py"} <= names
    assert "blocks.py" not in names


def test_comments_docstrings_and_blank_lines_decide_nothing() -> None:
    head = '"""Ä."""\n\nimport os  # why\n\n\ndef f() -> str:\n'
    text = f'{head}    """Say ö; more.\n\n    And more.\n    """\n    return "# no"\n'
    assert strip_notes(text, ".py") == 'import os\ndef f() -> str:\n    return "# no"'
    assert strip_notes("# a\n  # b\necho '# c' # d\n", ".bash") == "echo '# c' # d"


def test_code_decides() -> None:
    assert strip_notes("x = 1\n", ".py") != strip_notes("x = 2\n", ".py")
    assert strip_notes('x = """a"""\n', ".py") == 'x = """a"""'
