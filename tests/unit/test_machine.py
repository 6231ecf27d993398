"""What is set up on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.machine import give_share


@pytest.mark.parametrize(
    ("kind", "file", "share"), [("cpu", "cpu/docker/cpu.shares", "8192"), ("unified", "docker/cpu.weight", "800")]
)
def test_containers_get_more_of_the_cpu_than_one_process(tmp_path: Path, kind: str, file: str, share: str) -> None:
    if kind == "cpu":
        (tmp_path / "cpu").mkdir()
    else:
        (tmp_path / "cgroup.controllers").write_text("cpu memory\n", "utf-8")
    give_share(tmp_path)
    assert (tmp_path / file).read_text("utf-8") == share
    assert sum(path.is_file() for path in tmp_path.rglob("cpu.*")) == 1


def test_a_kernel_without_control_groups_is_left_alone(tmp_path: Path) -> None:
    give_share(tmp_path / "none-such")
    assert list(tmp_path.iterdir()) == []
