from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drillbook.check.project import check_project
from drillbook.cli.main import main
from drillbook.core import index as module
from drillbook.core.errors import DrillbookError
from drillbook.core.files import PACKAGE
from drillbook.core.generation import GENERATION
from drillbook.core.index import Index
from drillbook.core.model import Status
from drillbook.evidence.status import summarise
from drillbook.project.project import load_project
from tests.conftest import give_evidence

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
HEALTH = ("shop/health", "production")
RECORD = Path("evidence/shop/production/health.json")
EDITS = {
    "snippets/shop/health.sh": ("healthy on", "healthy at"),
    "snippets/shop/start.sh": ("systemctl start shop", "systemctl start show"),
    "environments/production.yml": ("{api: 8000}", "{api: 8001}"),
    "sandboxes/shop/sandbox.yml": ("answers its health", "answers her health"),
    "sandboxes/_host/start": ("", ""),
    str(RECORD): ('"result": "PASSED"', '"result": "FAILED"'),
}
"""What is changed where, to a text of the same length."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose verdicts are fresh, and whose index has been written and holds."""
    monkeypatch.setattr(module, "RACY", 100_000_000)  # the clocks of disks tick more often than those of all there is
    root = Path(shutil.copytree(SMALL, tmp_path / "small"))
    (root / "sandboxes/_host/start").write_text("true 1\n", "utf-8")
    give_evidence(root)
    let_rest()
    look(root)
    assert Index(root).peek("standings", "@".join(HEALTH)) is not None
    return root


def let_rest() -> None:
    """Wait until no file is so fresh that it is hashed again in any case."""
    time.sleep(module.RACY / 1e9 + 0.1)


def look(root: Path, today: dt.date | None = None) -> object:
    """Return all results by the index, or what is wrong."""
    try:
        return summarise(load_project(root, Index(root)), today)
    except DrillbookError as error:
        return error.problems


def look_anew(root: Path, today: dt.date | None = None) -> object:
    """Return the same by the files alone."""
    try:
        return summarise(load_project(root), today)
    except DrillbookError as error:
        return error.problems


def find_status(root: Path, today: dt.date | None = None) -> Status:
    return summarise(load_project(root, Index(root)), today)[HEALTH].status


def change_unseen(path: Path, old: str, new: str) -> None:
    """Change a file's bytes, and neither its size nor its time."""
    stat, text = path.stat(), path.read_text("utf-8")
    changed = text.replace(old, new) if old else text.replace("1", "2")
    assert changed != text
    assert len(changed.encode()) == stat.st_size
    path.write_text(changed, "utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return a list of the files that are read from now on."""
    read: list[Path] = []
    real = Path.read_bytes

    def note(path: Path) -> bytes:
        read.append(path)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", note)
    return read


def test_what_did_not_change_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = look_anew(root)
    read = count_reads(monkeypatch)
    assert look(root) == expected
    ours = {path.relative_to(root).parts[0] for path in read if path.is_relative_to(root)}
    assert ours <= {".drillbook", "docs"}
    assert "drillbook.core.index" in sys.modules


@pytest.mark.parametrize("name", EDITS)
def test_a_change_that_keeps_size_and_time_is_seen(root: Path, name: str) -> None:
    assert find_status(root) is Status.PASSED
    change_unseen(root / name, *EDITS[name])
    assert look(root) == look_anew(root)
    results = summarise(load_project(root, Index(root)))
    assert {one.status for one in results.values()} != {Status.PASSED}


@pytest.mark.parametrize("name", EDITS)
def test_a_change_in_the_same_instant_is_seen(root: Path, name: str) -> None:
    path = root / name
    text = path.read_bytes()
    path.write_bytes(text)  # as an editor does, right before the look that puts it into the index
    assert find_status(root) is Status.PASSED
    change_unseen(path, *EDITS[name])
    assert look(root) == look_anew(root)


def test_a_file_put_back_under_its_old_times_is_seen(root: Path) -> None:
    path = root / "snippets/shop/health.sh"
    other, stat = path.with_name("other"), path.stat()
    other.write_text(path.read_text("utf-8").replace("healthy on", "healthy at"), "utf-8")
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)
    assert find_status(root) is Status.STALE


def test_results_with_the_index_are_those_without_after_any_edits(root: Path) -> None:
    seed = int(os.environ.get("DRILLBOOK_SEED", time.time_ns()))
    chance = random.Random(seed)
    files = sorted(path for path in root.rglob("*") if path.is_file() and ".drillbook" not in path.parts)
    kept = {path: path.read_bytes() for path in files}

    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        at = chance.randrange(len(data))
        data[at] = chance.choice(b"aZ019 \n")
        path.write_bytes(bytes(data))

    def put_back(path: Path) -> None:
        path.write_bytes(kept[path])

    def take_away(path: Path) -> None:
        path.unlink()

    def run(path: Path) -> None:
        path.chmod(path.stat().st_mode ^ 0o100)

    def copy(path: Path) -> None:
        shutil.copy2(chance.choice([one for one in files if one.exists() and one != path]), path)

    edits: list[Callable[[Path], None]] = [flip, put_back, put_back, put_back, take_away, run, copy]
    for number in range(150):
        path, edit = chance.choice(files), chance.choice(edits)
        if not path.exists():
            edit = put_back
        if (path.exists() and path.stat().st_size) or edit is put_back:
            edit(path)
        assert look(root) == look_anew(root), (seed, number, edit.__name__, path)
    for path in files:
        put_back(path)
    assert look(root) == look_anew(root), seed


@pytest.mark.parametrize("part", ["files", "files-read", "standings"])
@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "other", "gone", "folder"])
def test_an_index_that_is_not_whole_is_made_anew(root: Path, part: str, harm: str) -> None:
    path = root / ".drillbook/index" / part
    good = path.read_bytes()
    path.unlink()
    match harm:
        case "cut":
            path.write_bytes(good[: len(good) // 2])
        case "flip":
            path.write_bytes(good[:-40] + bytes([good[-40] ^ 1]) + good[-39:])
        case "empty":
            path.write_bytes(b"")
        case "other":
            path.write_bytes(b"no index at all")
        case "folder":
            path.mkdir()
        case _:
            pass
    assert look(root) == look_anew(root)
    if harm != "folder":
        assert look(root) == look_anew(root)
        assert path.read_bytes()[:32] != b"no index at all"


def test_an_index_made_by_a_stranger_runs_nothing(root: Path, tmp_path: Path) -> None:
    class Bad:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "ran"),)

    index = Index(root)
    index.keep("standings", "x", "x", Bad())
    index.save()
    assert look(root) == look_anew(root)
    assert not (tmp_path / "ran").exists()


def test_another_drillbook_does_not_read_this_ones_index(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Index(root).peek("standings", "@".join(HEALTH)) is not None
    monkeypatch.setattr("drillbook.core.index.GENERATION", GENERATION + 1)
    assert Index(root).peek("standings", "@".join(HEALTH)) is None


def test_a_drillbook_whose_code_was_touched_does_not_read_it(root: Path, tmp_path: Path) -> None:
    package = Path(shutil.copytree(PACKAGE, tmp_path / "lib/drillbook"))
    program = (
        "import sys; from pathlib import Path; from drillbook.core.index import Index\n"
        "index = Index(Path(sys.argv[1])); print(index.peek('standings', 'mine'))\n"
        "index.keep('standings', 'mine', 'key', 'kept'); index.save()"
    )

    def ask() -> str:
        environ = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", program, str(root)]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.strip()

    assert [ask(), ask()] == ["None", "kept"]
    path = package / "evidence/status.py"
    change_unseen(path, "It ran as shown.", "It ran as SHOWN.")
    assert ask() == "None"


def test_a_copied_project_does_not_stand_as_the_first_one_does(root: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(root, tmp_path / "other"))
    assert Index(other).peek("standings", "@".join(HEALTH)) is None


def test_a_skip_expires_with_the_date(root: Path) -> None:
    path = root / "snippets/shop/health.sh"
    skip = '# skip = { reason = "It is old.", owner = "Shop", expires = 2026-06-01 }\n#\n# [[expect]]'
    path.write_text(path.read_text("utf-8").replace("#\n# [[expect]]", skip, 1), "utf-8")
    let_rest()
    for day in (dt.date(2026, 5, 1), dt.date(2026, 7, 1), dt.date(2026, 5, 1)):
        assert look(root, day) == look_anew(root, day)
    assert "(expired)" in summarise(load_project(root, Index(root)), dt.date(2026, 7, 1))[HEALTH].reason


def test_a_record_from_the_future_becomes_one_of_today(root: Path) -> None:
    made = dt.datetime.now(dt.UTC).date()
    assert find_status(root, made - dt.timedelta(days=30)) is Status.STALE
    assert find_status(root, made) is Status.PASSED
    assert find_status(root, made - dt.timedelta(days=30)) is Status.STALE


def test_what_was_found_while_a_file_changed_is_not_kept(root: Path) -> None:
    shutil.rmtree(root / ".drillbook")
    index = Index(root)
    path = root / "environments/production.yml"
    index.digest(path)
    change_unseen(path, *EDITS["environments/production.yml"])
    assert index.read(path)
    index.keep("standings", "it", "key", "value")
    index.save()
    assert Index(root).peek("standings", "it") is None


def test_check_finds_with_the_index_what_it_finds_without(root: Path) -> None:
    page = root / "docs/shop/first.md"

    def compare() -> list[str]:
        found = list(map(str, check_project(root, index=Index(root))))
        assert found == list(map(str, check_project(root)))
        return found

    first = compare()
    let_rest()
    assert compare() == compare() == first
    page.write_text(page.read_text("utf-8") + "\n```sh\nuptime\n```\n", "utf-8")
    assert len(compare()) == len(first) + 1
    change_unseen(page, "uptime", "whoami")
    assert compare()
    health = root / "snippets/shop/health.sh"
    health.write_text(health.read_text("utf-8") + "echo $HOME/*.txt | xargs cat; echo $1\n", "utf-8")
    assert len(compare()) > len(first) + 1
    health.rename(health.with_name("well.sh"))
    assert any("there is no snippet 'shop/health'" in one for one in compare())


def test_check_with_the_index_lets_a_reason_expire(root: Path) -> None:
    page = root / "docs/shop/first.md"
    excuse = '``` {.sh data-reason="old" data-owner="Shop" data-expires="2026-06-01"}\nuptime\n```\n'
    page.write_text(page.read_text("utf-8") + "\n" + excuse, "utf-8")
    let_rest()
    for day, late in ((dt.date(2026, 5, 1), False), (dt.date(2026, 7, 1), True), (dt.date(2026, 5, 1), False)):
        found = "\n".join(map(str, check_project(root, day, Index(root))))
        assert ("expired on 2026-06-01" in found) is late


def test_a_project_that_nobody_may_write_to_is_read_all_the_same(root: Path) -> None:
    shutil.rmtree(root / ".drillbook")
    (root / ".drillbook").write_text("in the way", "utf-8")
    assert look(root) == look_anew(root)


@pytest.mark.parametrize("command", [("build",), ("check", "--no-index")])
def test_what_publishes_or_gates_has_no_index(
    root: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object, root: Path) -> None:
        raise AssertionError(f"the index of {root} was opened")

    monkeypatch.setattr(Index, "__init__", refuse)
    shutil.copy(SMALL / "mkdocs.yml", root / "mkdocs.yml")
    main(["--root", str(root), *command])
