"""Whatever stands in a file, its reader returns a value or says where it is wrong: never a traceback.

The gate tries the same examples each time; `./run trials` tries others, and more of them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook.core.errors import DrillbookError, Location, Problem
from drillbook.evidence.record import evidence_path, load_evidence, serialise
from drillbook.project.environments import load_environment
from drillbook.project.messages import load_messages
from drillbook.project.pages import parse_front_matter
from drillbook.project.project import load_project, render
from drillbook.project.sandbox_files import load_sandbox
from drillbook.project.snippets import parse_snippet
from tests.engine.unit.test_blocks import RECORD

ROOT = Path(__file__).parents[3]
EXAMPLES = int(os.environ.get("DRILLBOOK_EXAMPLES", "150"))
fuzz = settings(
    max_examples=EXAMPLES,
    derandomize="DRILLBOOK_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

SMALL = ROOT / "tests" / "fixtures" / "small"


def find_seeds(pattern: str, each: int = 1) -> list[Path]:
    """Return the files of the fixtures, and each so many of this project's own, where there are any."""
    return [*sorted((ROOT / "tests/fixtures").glob(f"*/{pattern}")), *sorted(ROOT.glob(pattern))[::each]]


SNIPPETS = [path.read_bytes() for path in find_seeds("snippets/**/*.sh", 12)]
ENVIRONMENTS = [path.read_text("utf-8") for path in find_seeds("environments/*.yml")]
SANDBOXES = [path.read_text("utf-8") for path in find_seeds("sandboxes/*/sandbox.yml")]
PAGES = [path.read_text("utf-8") for path in find_seeds("docs/**/*.md", 10)]
MESSAGES = [path.read_bytes() for path in find_seeds("messages/**/*.txt", 8)]
STATEMENT = serialise(RECORD, render(load_project(SMALL), "shop/health", "production"))

# What a careless or a strange hand would write in a value's place.
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", " ", "\x00", "../..", "a/b", "~", "é", "@{{ x }}@", "2026-99-99", "9" * 400, "__class__"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
TOML = st.sampled_from(
    [
        *(
            '""',
            "''",
            "0",
            "-1",
            "1e400",
            "nan",
            "true",
            "[]",
            "{}",
            "[[]]",
            '[""]',
            "{a = 1}",
            "1979-05-27",
            "12:00:00",
        ),
        *(
            '"\\u0000"',
            '"../.."',
            '[{channel = "stdout"}]',
            '{none = ""}',
            "{none = 1}",
            '["a", 1]',
            "[[1]]",
            '"""\na"""',
        ),
        *('{reason = "", owner = "", expires = "soon"}', '{within = -1, until = {contains = ""}}', '"@{{ nothing }}@"'),
    ]
)


@st.composite
def cut(draw: st.DrawFn, sources: list[Any]) -> Any:
    """Return one of some texts with a few places cut out, doubled or replaced."""
    source = draw(st.sampled_from(sources))
    made = st.binary(max_size=12) if isinstance(source, bytes) else st.text(max_size=12)
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(source)))
        last = min(len(source), first + draw(st.integers(0, 60)))
        middle = draw(st.one_of(made, st.just(source[first:last] * 2), st.just(source[:0])))
        source = source[:first] + middle + source[last:]
    return source


@st.composite
def graft(draw: st.DrawFn, sources: list[Any]) -> Any:
    """Return one of some nested values with something else in the place of one part, or beside it."""
    whole = [json.loads(json.dumps(draw(st.sampled_from(sources)), default=str))]
    holder: Any = whole
    key: Any = 0
    while isinstance(holder[key], dict | list) and holder[key] and draw(st.integers(0, 5)):
        holder = holder[key]
        key = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    if isinstance(holder, dict) and draw(st.booleans()):
        holder[draw(st.text(max_size=8))] = holder.pop(key)
    else:
        holder[key] = draw(VALUES)
    return whole[0]


@st.composite
def rewrite(draw: st.DrawFn) -> bytes:
    """Return a snippet with another value behind one key of its header."""
    lines = draw(st.sampled_from(SNIPPETS)).decode().split("\n")
    header = [number for number, line in enumerate(lines[: lines.index("# ///", 1)]) if " = " in line]
    place = draw(st.sampled_from(header))
    key = lines[place].split(" = ")[0]
    lines[place] = f"{key} = {draw(TOML)}"
    return "\n".join(lines).encode()


def accept_or_refuse(read: Callable[[], object], *shown: str) -> None:
    """Read something; what is wrong with it is said with its place."""
    for problem in find_problems(read):
        assert problem.location.path in shown, problem
        assert problem.location.line >= 0
        assert problem.text.strip()


def find_problems(read: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        read()
    except DrillbookError as error:
        return error.problems or (Problem(Location("nowhere"), "an error that says nothing"),)
    return ()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in which files are written over and over."""
    root = tmp_path_factory.mktemp("fuzz") / "project"
    shutil.copytree(SMALL, root)
    (root / "sandboxes" / "shop" / "plain").mkdir()
    return root


def offer(place: Path, name: str, data: str | bytes, read: Callable[[Path], object]) -> None:
    """Write a file and have it read; what stood there before is put back."""
    path = place / name
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    try:
        accept_or_refuse(lambda: read(path), name)
    finally:
        path.unlink() if before is None else path.write_bytes(before)


@pytest.mark.parametrize(
    "error", [ValueError("odd"), DrillbookError(Problem(Location("elsewhere"), "odd")), DrillbookError(())]
)
def test_a_reader_that_falls_over_is_found(place: Path, error: Exception) -> None:
    def read(path: Path) -> object:
        raise error

    with pytest.raises((AssertionError, ValueError)):
        offer(place, "environments/it.yml", "", read)


@fuzz
@given(data=st.one_of(cut(SNIPPETS), rewrite()))
def test_a_snippet(place: Path, data: bytes) -> None:
    offer(place, "snippets/shop/it.sh", data, lambda path: parse_snippet(path, place))


@fuzz
@given(text=st.one_of(cut(ENVIRONMENTS), graft([yaml.safe_load(one) for one in ENVIRONMENTS]).map(json.dumps)))
def test_an_environment(place: Path, text: str) -> None:
    offer(place, "environments/it.yml", text, lambda path: load_environment(path, place))


@fuzz
@given(text=st.one_of(cut(SANDBOXES), graft([yaml.safe_load(one) for one in SANDBOXES]).map(json.dumps)))
def test_a_sandbox(place: Path, text: str) -> None:
    offer(place, "sandboxes/shop/sandbox.yml", text, lambda path: load_sandbox(path.parent, place))


@fuzz
@given(text=st.one_of(cut([STATEMENT]), graft([json.loads(STATEMENT)]).map(json.dumps)))
def test_a_record(place: Path, text: str) -> None:
    rendered = render(load_project(place), "shop/health", "production")
    path = place / "evidence" / evidence_path(rendered)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    accept_or_refuse(lambda: load_evidence(place / "evidence", rendered), "evidence/shop/production/health.json")


@fuzz
@given(data=cut(MESSAGES))
def test_a_message(place: Path, data: bytes) -> None:
    path = place / "messages" / "shop" / "it.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    found, problems = load_messages(place)
    path.unlink()  # a project that cannot be read would fail the next test
    assert found or problems
    assert all(problem.location.path == "messages/shop/it.txt" and problem.text for problem in problems)


@fuzz
@given(
    text=st.one_of(
        cut(PAGES),
        graft([{"owner": "us", "reviewed": dt.date(2026, 5, 17)}]).map(lambda v: f"---\n{json.dumps(v)}\n---\n"),
    )
)
def test_a_page(text: str) -> None:
    accept_or_refuse(lambda: parse_front_matter(text, "docs/it.md"), "docs/it.md")
