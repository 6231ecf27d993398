"""What is set up on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.sandbox.machine import give_share


@pytest.mark.parametrize(
    ("kind", "folder", "file", "shares"),
    [("first", "cpu", "cpu.shares", ("8192", "65536")), ("second", ".", "cpu.weight", ("800", "6400"))],
)
def test_containers_get_more_of_the_cpu_than_one_process_and_the_engine_most(
    tmp_path: Path, kind: str, folder: str, file: str, shares: tuple[str, str]
) -> None:
    if kind == "first":
        (tmp_path / "cpu").mkdir()
    else:
        (tmp_path / "cgroup.controllers").write_text("cpu memory\n", "utf-8")
    give_share(tmp_path, 4711)
    parent = tmp_path / folder
    assert (parent / "docker" / file).read_text("utf-8") == shares[0]
    assert (parent / "docker-engine" / file).read_text("utf-8") == shares[1]
    assert (parent / "docker-engine" / "cgroup.procs").read_text("utf-8") == "4711"


def test_a_kernel_without_control_groups_is_left_alone(tmp_path: Path) -> None:
    give_share(tmp_path / "none-such", 4711)
    assert list(tmp_path.iterdir()) == []
