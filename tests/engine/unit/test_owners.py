"""A project is owned by one at a time, whose death is seen from any checkout, and whose life is respected."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drillbook.sandbox.owners import claim, disown, list_owned, own, owners_folder, owning

PROJECT = "drillbook-0123abcd-shop-production-0"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no other owner."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@contextmanager
def owned_by_another(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process own the project until it is killed."""
    script = f"""
        import time
        from pathlib import Path
        from drillbook.sandbox.owners import own
        file = own({PROJECT!r}, Path({str(root)!r}))
        print(file is not None, flush=True)
        time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "True\n"
        yield owner
        owner.kill()


def test_a_living_owner_is_left_alone_and_a_dead_one_is_known_without_its_checkout(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    root.mkdir()
    with owned_by_another(root) as owner:
        shutil.rmtree(root)
        assert list_owned() == [PROJECT]
        assert claim(PROJECT) is None
        assert own(PROJECT, tmp_path) is None
        owner.send_signal(signal.SIGKILL)
        owner.wait(20)
        claimed = claim(PROJECT)
        assert claimed is not None
        file, known = claimed
        assert known == root
        assert claim(PROJECT) is None
        disown(PROJECT, file)
    assert list_owned() == []
    assert claim(PROJECT) is None


def test_what_is_owned_again_is_the_new_owners(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "other"):
        file = own(PROJECT, root)
        assert file is not None
        file.close()
    claimed = claim(PROJECT)
    assert claimed is not None
    assert claimed[1] == tmp_path / "other"
    claimed[0].close()


def test_who_waited_for_a_file_that_is_gone_owns_the_new_one(tmp_path: Path) -> None:
    # The first owner removes the file while the second one holds it open already: two would own one project.
    first = own(PROJECT, tmp_path)
    assert first is not None
    script = f"""
        from drillbook.sandbox.owners import own
        print("waits", flush=True)
        file = own({PROJECT!r}, None, wait=True)
        print("owns", flush=True)
        input()
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as second:
        assert second.stdout is not None
        assert second.stdout.readline() == "waits\n"
        disown(PROJECT, first)
        assert second.stdout.readline() == "owns\n"
        assert own(PROJECT, tmp_path) is None
        second.communicate("\n", timeout=20)


def test_what_belongs_to_no_checkout_is_known_until_it_is_gone() -> None:
    with owning(PROJECT):
        assert list_owned() == [PROJECT]
        assert claim(PROJECT) is None
    assert list_owned() == []
    with pytest.raises(ValueError, match="half made"), owning(PROJECT):
        raise ValueError("half made")
    claimed = claim(PROJECT)
    assert claimed is not None
    assert claimed[1] is None
    claimed[0].close()
    assert os.listdir(owners_folder()) == [PROJECT]
