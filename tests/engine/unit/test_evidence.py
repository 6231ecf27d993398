from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from drillbook.core.errors import DrillbookError
from drillbook.core.generation import GENERATION
from drillbook.core.locks import hold
from drillbook.core.model import PasteMode, Rendered, Status
from drillbook.evidence import record as evidence
from drillbook.evidence.record import Record, evidence_path, find_dependencies, load_evidence, serialise, store
from drillbook.evidence.status import SnippetResult, load_results
from drillbook.project.project import Project, load_project, render

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
HEALTH = ("shop/health", "production")
NOW = dt.datetime(2026, 5, 17, 3, 0, tzinfo=dt.UTC)

# What in-toto's Statement v1 and its test-result predicate v0.1 demand.
STATEMENT_SCHEMA = {
    "type": "object",
    "required": ["_type", "subject", "predicateType", "predicate"],
    "properties": {
        "_type": {"const": "https://in-toto.io/Statement/v1"},
        "predicateType": {"const": "https://in-toto.io/attestation/test-result/v0.1"},
        "subject": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/descriptor"}},
        "predicate": {
            "required": ["result", "configuration"],
            "properties": {
                "result": {"enum": ["PASSED", "WARNED", "FAILED"]},
                "configuration": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/descriptor"}},
                "passedTests": {"type": "array", "items": {"type": "string"}},
                "failedTests": {"type": "array", "items": {"type": "string"}},
                "drillbook": {"type": "object"},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
    "$defs": {
        "descriptor": {
            "required": ["name", "digest"],
            "properties": {
                "digest": {"required": ["sha256"], "properties": {"sha256": {"pattern": "^[0-9a-f]{64}$"}}},
            },
        }
    },
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture
def project(root: Path) -> Project:
    return load_project(root)


def make_record(project: Project, rendered: Rendered, status: Status = Status.PASSED) -> Record:
    return Record(
        status=status,
        sha256=rendered.sha256,
        dependencies=find_dependencies(project, rendered),
        verified=NOW,
        seconds=0.123,
        sandbox="shop as production",
        stand_ins={},
        versions={"bash": "5.2"},
        returncode=0,
        stdout="healthy\n",
        stderr="",
        changed=(),
        problems=() if status is Status.PASSED else ("snippets/shop/health.sh:14: it is down",),
    )


def keep(project: Project, status: Status = Status.PASSED) -> tuple[Rendered, Path]:
    rendered = render(project, *HEALTH)
    store(project.root / "evidence", rendered, make_record(project, rendered, status))
    return rendered, project.root / "evidence" / evidence_path(rendered)


def stand(root: Path) -> SnippetResult:
    return load_results(load_project(root), today=NOW.date())[HEALTH]


def test_a_record_is_an_in_toto_test_result(project: Project) -> None:
    _, path = keep(project)
    assert path == project.root / "evidence" / "shop" / "production" / "health.json"
    jsonschema.validate(json.loads(path.read_text("utf-8")), STATEMENT_SCHEMA)


def test_a_record_comes_back_as_it_was_stored(project: Project) -> None:
    rendered, _ = keep(project)
    found = load_evidence(project.root / "evidence", rendered)
    assert found == replace(make_record(project, rendered), seconds=0.12)


def test_the_ways_of_pasting_come_back_as_they_were_stored(project: Project) -> None:
    rendered = render(project, *HEALTH)
    store(project.root / "evidence", rendered, replace(make_record(project, rendered), pasted=tuple(PasteMode)))
    path = project.root / "evidence" / evidence_path(rendered)
    assert json.loads(path.read_text("utf-8"))["predicate"]["drillbook"]["pasted"] == ["bracketed", "plain"]
    found = load_evidence(project.root / "evidence", rendered)
    assert found is not None
    assert found.pasted == (PasteMode.BRACKETED, PasteMode.PLAIN)


def test_a_record_with_an_unknown_way_of_pasting_is_an_error(project: Project) -> None:
    rendered, path = keep(project)
    path.write_text(path.read_text("utf-8").replace('"pasted": []', '"pasted": ["dragged"]'), "utf-8")
    with pytest.raises(DrillbookError, match=r"this is not an evidence record .*dragged"):
        load_evidence(project.root / "evidence", rendered)


def test_without_a_record_it_is_unverified(root: Path) -> None:
    assert stand(root).status is Status.UNVERIFIED


def test_with_a_fresh_record_it_passed(root: Path, project: Project) -> None:
    keep(project)
    assert stand(root).status is Status.PASSED


def test_a_failed_record_says_why(root: Path, project: Project) -> None:
    keep(project, Status.FAILED)
    assert stand(root).status is Status.FAILED
    assert "it is down" in stand(root).reason


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("snippets/shop/health.sh", "curl", "curl -s", "text"),
        ("snippets/shop/health.sh", "# risk = ", "# timeout = 31\n# risk = ", "snippet:"),
        ("sandboxes/shop/compose.yaml", "services:", "# changed\nservices:", "sandbox-definition"),
        ("sandboxes/_host/start", "", "# changed\n", "sandbox-definition"),
    ],
)
def test_a_change_to_what_it_depended_on_makes_it_stale(
    root: Path, project: Project, file: str, old: str, new: str, said: str
) -> None:
    keep(project)
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert stand(root).status is Status.STALE
    assert said in stand(root).reason


def test_a_reworded_title_makes_nothing_stale(root: Path, project: Project) -> None:
    keep(project)
    path = root / "snippets/shop/health.sh"
    path.write_text(path.read_text("utf-8").replace("Ask for the health", "Ask the shop for its health"), "utf-8")
    assert stand(root).status is Status.PASSED
    assert stand(root).rendered.snippet.title == "Ask the shop for its health"


def test_a_new_generation_of_the_harness_makes_it_stale(
    root: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(project)
    monkeypatch.setattr(evidence, "GENERATION", GENERATION + 1)
    assert stand(root).status is Status.STALE
    assert "harness-generation" in stand(root).reason


def test_a_record_dated_in_the_future_is_stale_and_is_written_anew(root: Path, project: Project) -> None:
    rendered = render(project, *HEALTH)
    record = make_record(project, rendered)
    store(root / "evidence", rendered, replace(record, verified=NOW + dt.timedelta(days=2)))
    assert stand(root).status is Status.STALE
    assert "dated 2026-05-19, which is in the future" in stand(root).reason
    assert store(root / "evidence", rendered, record)
    assert stand(root).status is Status.PASSED


def test_a_clock_that_is_a_little_ahead_is_borne(root: Path, project: Project) -> None:
    rendered = render(project, *HEALTH)
    store(root / "evidence", rendered, replace(make_record(project, rendered), verified=NOW + dt.timedelta(hours=23)))
    assert stand(root).status is Status.PASSED


def test_prose_beside_the_sandbox_makes_nothing_stale(root: Path, project: Project) -> None:
    keep(project)
    (root / "sandboxes" / "shop" / "README.md").write_text("about it\n", "utf-8")
    assert stand(root).status is Status.PASSED


def test_the_same_verdict_leaves_the_bytes_alone(project: Project) -> None:
    rendered, path = keep(project)
    before = path.read_bytes()
    again = replace(make_record(project, rendered), verified=NOW + dt.timedelta(days=3), seconds=9.0, stdout="other")
    assert not store(project.root / "evidence", rendered, again)
    assert path.read_bytes() == before
    assert store(project.root / "evidence", rendered, again, renew=True)
    assert path.read_bytes() != before


def test_another_verdict_is_written(project: Project) -> None:
    rendered, path = keep(project)
    assert store(project.root / "evidence", rendered, make_record(project, rendered, Status.FAILED))
    assert json.loads(path.read_text("utf-8"))["predicate"]["result"] == "FAILED"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"_type": "other"}', '{"predicate": {"drillbook": {}}}'])
def test_what_is_no_record_is_an_error_with_its_place(project: Project, text: str) -> None:
    rendered, path = keep(project)
    path.write_text(text, "utf-8")
    with pytest.raises(DrillbookError, match=r"evidence/shop/production/health\.json: this is not an evidence record"):
        load_evidence(project.root / "evidence", rendered)


def test_a_writer_that_is_killed_leaves_the_old_record_or_the_new_one(tmp_path: Path) -> None:
    """Kill a writer that does nothing but write, at several moments; every reader sees a whole file."""
    path = tmp_path / "evidence" / "shop" / "production" / "it.json"
    script = f"""
        from pathlib import Path
        from drillbook.evidence.record import write_whole
        for number in range(200000):
            write_whole(Path({str(path)!r}), ("%d " % number) * 2000 + "end")
            if number == 0:
                print("started", flush=True)
    """
    for delay in (0.0, 0.003, 0.011, 0.02):
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "started\n"
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(delay + 0.001)
            writer.send_signal(signal.SIGKILL)
            writer.wait(10)
        words = path.read_text("utf-8").split()
        assert words[-1] == "end"
        assert len(set(words[:-1])) == 1
        assert len(words) == 2001
        evidence.sweep(tmp_path / "evidence")
        assert [p.name for p in path.parent.iterdir()] == ["it.json"]


def test_sweeping_waits_for_a_writer_that_lives(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "production"
    folder.mkdir(parents=True)
    half = folder / ".it.json.1.half"
    half.touch()
    sweeper = threading.Thread(target=evidence.sweep, args=(tmp_path,))
    with hold(folder, shared=True):
        sweeper.start()
        sweeper.join(0.2)
        assert half.exists()
        half.replace(folder / "it.json")
    sweeper.join(10)
    assert [path.name for path in folder.iterdir()] == ["it.json"]


def test_serialising_is_deterministic(project: Project) -> None:
    rendered = render(project, *HEALTH)
    record = make_record(project, rendered)
    turned = replace(record, dependencies=dict(reversed(list(record.dependencies.items()))))
    assert serialise(record, rendered) == serialise(turned, rendered)
