"""Pruning takes away what is cached and what a killed preparation left, but nothing that is in use."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from drillbook.cli import sandbox as sandbox_commands
from drillbook.cli.sandbox import run_action
from drillbook.project.project import Project, load_project
from drillbook.project.sandbox_model import Sandbox
from drillbook.sandbox import volumes
from drillbook.sandbox.docker import PROJECT_LABEL, docker, image_exists, remove_project, try_docker, volume_exists
from drillbook.sandbox.machine import BASE_IMAGE, ensure_base_image
from drillbook.sandbox.volumes import image_name, is_of, prepared_name, prune_cache

pytestmark = pytest.mark.docker

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
LABEL = "drillbook-test.cache"
PROJECT = "drillbook-test-prepare-shop-0123456789ab"
USED, FREE = "drillbook-test-used", "drillbook-test-free"
IMAGE = "drillbook-test/shop-app:0123456789ab"


@pytest.fixture
def project() -> Project:
    return load_project(SMALL)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cache of its own: the real one serves other tests."""
    monkeypatch.setattr(volumes, "CACHE_LABEL", LABEL)
    monkeypatch.setattr(volumes, "PREPARE", "drillbook-test-prepare-")
    monkeypatch.setattr(volumes, "IMAGES", "drillbook-test/*")
    ensure_base_image()
    for name in (USED, FREE):
        docker("volume", "create", "--label", f"{LABEL}=shop", name)
    docker("tag", BASE_IMAGE, IMAGE)
    docker("network", "create", "--label", f"{PROJECT_LABEL}={PROJECT}", PROJECT)
    docker("create", "--name", USED, "--volume", f"{USED}:/x", BASE_IMAGE, "true")
    yield
    try_docker("rm", "-f", USED)
    try_docker("volume", "rm", "-f", USED, FREE)
    try_docker("image", "rm", IMAGE)
    remove_project(PROJECT)


def test_what_is_cached_goes_and_what_is_used_stays(cache: None) -> None:
    assert prune_cache() == ([PROJECT, FREE, IMAGE], [USED])
    assert volume_exists(USED)
    assert not volume_exists(FREE)
    assert not image_exists(IMAGE)
    docker("rm", USED)
    assert prune_cache() == ([USED], [])


def test_what_present_definitions_need_stays(cache: None, project: Project) -> None:
    present = project.sandboxes["shop"]
    host = next(iter(present.hosts.values()))
    image, volume = image_name(present, host), prepared_name(present, host)
    # Another system's name begins alike.
    old, other = f"{volume[:-12]}0123456789ab", f"drillbook-prepared-shopping-app-{volume[-12:]}"
    try:
        for name in (volume, old, other):
            docker("volume", "create", "--label", f"{LABEL}=shop", name)
        assert is_of(image, present)
        assert not is_of(image.replace(":", ":0"), present)
        assert set(prune_cache([present])[0]) == {PROJECT, FREE, IMAGE, old, other}
        assert volume_exists(volume)
        assert prune_cache()[0] == [volume]
    finally:
        try_docker("volume", "rm", "-f", volume, old, other)


def test_the_command_leaves_present_definitions_alone(monkeypatch: pytest.MonkeyPatch, project: Project) -> None:
    given: list[list[Sandbox]] = []

    def note(present: Collection[Sandbox]) -> tuple[list[str], list[str]]:
        given.append(list(present))
        return [], []

    monkeypatch.setattr(sandbox_commands, "prune_cache", note)
    for everything in (False, True):
        assert run_action(project, "prune", None, None, None, everything=everything) == 0
    assert given == [list(project.sandboxes.values()), []]
