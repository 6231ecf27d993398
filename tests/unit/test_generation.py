"""The harness's generation is raised, or a waiver written, whenever what decides a verdict changes."""

from __future__ import annotations

import hashlib
import importlib.resources
import tomllib
from pathlib import Path

from drillbook.generation import GENERATION, MODULES

DATA = Path(__file__).parents[1] / "data" / "generation.toml"


def hash_harness(modules: tuple[str, ...] = MODULES) -> str:
    package = importlib.resources.files("drillbook")
    parts = [name.encode() + b"\0" + package.joinpath(name).read_bytes() for name in modules]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


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
        f"the harness changed (its hash is {actual}); raise GENERATION in src/drillbook/generation.py and record both "
        f"in tests/data/{DATA.name}, or add a waiver there that says why no verdict can differ"
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
