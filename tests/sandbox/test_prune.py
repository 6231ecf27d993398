"""Pruning takes away what is cached and what a killed preparation left, but nothing that is in use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drillbook import volumes
from drillbook.docker import PROJECT_LABEL, docker, image_exists, remove_project, try_docker, volume_exists
from drillbook.machine import BASE_IMAGE, ensure_base_image
from drillbook.volumes import prune_cache

pytestmark = pytest.mark.docker

LABEL = "drillbook-test.cache"
PROJECT = "drillbook-test-prepare-shop-0123456789ab"
USED, FREE = "drillbook-test-used", "drillbook-test-free"
IMAGE = "drillbook-test/shop-app:0123456789ab"


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
