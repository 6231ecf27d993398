"""What a system with a cluster costs: its images, its start, its reset, its memory."""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks.figures import Figure, compare, measure_resets, time_median, time_once
from drillbook.project.project import Project, load_project, sandbox_variables
from drillbook.sandbox.docker import docker
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from drillbook.sandbox.volumes import image_name, prepare, prune_cache, sandbox_environ

SYSTEMS = ("cloudforge-aegis", "sre-production")
HOUR = 3600.0
UNITS = {"B": 1e-6, "KiB": 2**10 / 1e6, "MiB": 2**20 / 1e6, "GiB": 2**30 / 1e6}


def measure_cluster(root: Path, environment: str, *, cold: bool) -> dict[str, Figure]:
    """Measure each system that has a cluster; where `cold`, the first one is made from nothing as well."""
    project = load_project(root)
    figures: dict[str, Figure] = {}
    for system in SYSTEMS:
        sandbox = project.sandboxes[system]
        with open_sandbox(project, system, environment) as live:
            image = image_name(sandbox, sandbox.hosts["node"])
            floor = time_median(lambda: docker("run", "--rm", "--entrypoint", "true", image), 3)  # noqa: B023  # called at once
            figures[f"{system}: from nothing to every pod ready and measured"] = compare(
                sum(live.seconds.values()), floor, "starting a container of the node's image that does nothing", "none"
            )
            figures |= {f"{system}: {name}": figure for name, figure in measure_resets(live).items()}
            figures |= {f"{system}: memory": measure_memory(live)}
    if cold:
        figures[f"{SYSTEMS[0]}: images and volume, cold"] = measure_preparing(project, environment)
    return figures


def measure_preparing(project: Project, environment: str) -> Figure:
    """Measure making images and the node's volume with nothing kept, beside the same with Docker's build cache."""
    sandbox = project.sandboxes[SYSTEMS[0]]
    environ = sandbox_environ(sandbox, sandbox_variables(project, sandbox, environment), "drillbook-benchmark")
    prune_cache()
    docker("builder", "prune", "--all", "--force", timeout=HOUR)
    cold = time_once(lambda: prepare(sandbox, environ))
    prune_cache()
    kept = time_once(lambda: prepare(sandbox, environ))
    return compare(cold, kept, "the same with Docker's build cache", "none")


def measure_memory(live: LiveSandbox) -> Figure:
    """Return the memory of each host, in megabytes."""
    lines = docker("stats", "--no-stream", "--format", "{{json .}}", *live.hosts.containers.values()).splitlines()
    used = {one["ID"]: one["MemUsage"].split(" / ")[0] for one in map(json.loads, lines)}
    found: Figure = {}
    for role, container in live.hosts.containers.items():
        number, unit = re.fullmatch(r"([0-9.]+)(\w+)", used[container[:12]]).groups()  # type: ignore[union-attr]  # docker prints a number and a unit
        found[role] = round(float(number) * UNITS[unit], 1)
    return {**found, "unit": "MB"}
