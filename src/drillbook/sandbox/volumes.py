"""What a host's own Docker Engine starts with: a volume filled once per definition, cloned for each sandbox.

Filling takes half a minute, a clone half a second: it points to the layers' files in the filled volume.
The filled volumes and the images are a cache, labelled as such.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from drillbook.core.errors import SetupError
from drillbook.core.files import write_whole
from drillbook.core.interrupts import hold_interrupts
from drillbook.core.locks import hold
from drillbook.core.pulse import say
from drillbook.project.sandbox_model import Sandbox, SandboxHost
from drillbook.sandbox.builds import begin_log, lock_path, note, read_failure
from drillbook.sandbox.docker import (
    CACHE_LABEL,
    PROJECT_LABEL,
    docker,
    image_exists,
    list_projects,
    remove_project,
    try_docker,
    volume_exists,
)
from drillbook.sandbox.gathering import gather
from drillbook.sandbox.machine import ensure_base_image
from drillbook.sandbox.owners import owning

COPY = "cp -a /cache/{source}/_data/. /cache/{target}/_data/"
LAYERS = "/var/lib/docker-layers"
"""Where a host has the filled volume, read-only: the files of image layers never change, so that a clone only points to
them. compose.yaml mounts it there."""
CLONE = """set -e
cd /cache/{prepared}/_data
test -f .complete
target=/cache/{clone}/_data
if [ ! -d overlay2 ]; then exec cp -a . "$target/"; fi
find . -mindepth 1 -maxdepth 1 ! -name overlay2 -exec cp -a -t "$target" {{}} +
mkdir -m 0710 "$target/overlay2"
cp -a overlay2/l "$target/overlay2/"
for layer in overlay2/*/; do
  layer=${{layer%/}}
  if [ "$layer" = overlay2/l ]; then continue; fi
  mkdir -m 0710 "$target/$layer"
  find "$layer" -mindepth 1 -maxdepth 1 ! -name diff -exec cp -a -t "$target/$layer" {{}} +
  ln -s {layers}/$layer/diff "$target/$layer/diff"
done
"""

PREPARE = "drillbook-prepare-"
"""How the names begin of the Compose projects in which volumes are filled."""
IMAGES = "drillbook/*"
CACHE_LOCK = "cache"
"""Held together by all who start a sandbox from what is cached, alone by whoever prunes."""
RUNTIME = "DRILLBOOK_RUNTIME"
"""The variable that names a runtime of the machine's Docker Engine: a stronger wall around each host than runc's."""
BUILD_TIMEOUT = 3600.0
"""A cluster's programs take ten minutes of two cores, and others may use those as well."""
BUILD_GRACE = 2.0
"""Seconds that a build goes on after Ctrl-C: what it leaves is a cache, and it may take minutes."""


def definition_tag(sandbox: Sandbox) -> str:
    """Return the tag of a sandbox's images."""
    return sandbox.definition[:12]


def image_name(sandbox: Sandbox, host: SandboxHost) -> str:
    """Return the image of a host."""
    return f"drillbook/{sandbox.system}-{host.service}:{definition_tag(sandbox)}"


def prepared_name(sandbox: Sandbox, host: SandboxHost) -> str:
    """Return the filled volume of a host."""
    return f"drillbook-prepared-{sandbox.system}-{host.role}-{definition_tag(sandbox)}"


def compose_args(sandbox: Sandbox, project: str) -> tuple[str, ...]:
    """Return the arguments that name a project to Compose, with the runtime that this machine wants for its hosts."""
    arguments = ("compose", "--project-name", project, "--file", str(gather(sandbox) / "compose.yaml"))
    if not (runtime := os.environ.get(RUNTIME)):
        return arguments
    services = {host.service: {"runtime": runtime} for host in sandbox.hosts.values()}
    override = sandbox.folder.parents[1] / ".drillbook" / "runtimes" / f"{sandbox.system}.json"
    write_whole(override, json.dumps({"services": services}))  # JSON is YAML
    return (*arguments, "--file", str(override))


def run_compose(sandbox: Sandbox, project: str, *args: str, environ: Mapping[str, str], timeout: float = 60) -> str:
    """Run Compose on a project, which has to succeed; return its standard output."""
    words = (*compose_args(sandbox, project), *args)
    code, out, err = try_docker(*words, timeout=timeout, environ=environ)
    if code:
        logs = try_docker(*compose_args(sandbox, project), "logs", "--tail", "30", environ=environ)
        raise SetupError(f"`docker {' '.join(words)}` ended with exit code {code}:\n{err}\n{logs[1]}")
    return out


def sandbox_environ(sandbox: Sandbox, variables: Mapping[str, str], project: str, number: int = 0) -> dict[str, str]:
    """Return the variables that compose.yaml takes; `number` counts the clones of one sandbox."""
    volumes: dict[str, str] = {}
    for role in sandbox.engines:
        name = role.upper().replace("-", "_")
        volumes[f"DRILLBOOK_VOLUME_{name}"] = clone_name(project, role, number)
        volumes[f"DRILLBOOK_LAYERS_{name}"] = prepared_name(sandbox, sandbox.hosts[role])
    # Authorities that this machine trusts and a build has to; an empty file where there are none of its own.
    authorities = os.environ.get("SSL_CERT_FILE", os.devnull)
    own = {"DRILLBOOK_DEFINITION": definition_tag(sandbox), "DRILLBOOK_CA_BUNDLE": authorities}
    return {**variables, **volumes, **own}


def clone_name(project: str, role: str, number: int = 0) -> str:
    """Return the volume of one host in one sandbox."""
    return f"{project}-{role}-{number}"


@contextmanager
def machine_lock(name: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock of the whole machine, for all its checkouts: alone, or together with others who share it."""
    path = lock_path(name)
    path.touch()
    with hold(path, shared=shared):
        yield


def is_prepared(sandbox: Sandbox) -> bool:
    """Tell whether images and filled volumes of this definition are there."""
    return all(
        image_exists(image_name(sandbox, host)) and (not host.images or volume_exists(prepared_name(sandbox, host)))
        for host in sandbox.hosts.values()
    )


def prepare(sandbox: Sandbox, variables: Mapping[str, str]) -> None:
    """Build the images and fill the volumes of a definition, unless that was done.

    What this run's builder could not build is not tried again.
    """
    if is_prepared(sandbox):
        return
    if failure := read_failure(sandbox.system):
        raise SetupError(f"the images of {sandbox.system}'s sandbox could not be built: {failure}")
    # The images that are loaded into hosts carry no definition in their names: one build of a system at a time.
    with machine_lock(sandbox.system):
        if is_prepared(sandbox):
            return
        project = f"{PREPARE}{sandbox.system}-{definition_tag(sandbox)}"
        environ = sandbox_environ(sandbox, variables, project)
        log = begin_log(sandbox.system)
        ensure_base_image()
        say(f"building the images of {sandbox.system}'s sandbox (once per definition)")
        args = compose_args(sandbox, project)
        docker(
            *args, "--profile", "images", "build", timeout=BUILD_TIMEOUT, environ=environ, grace=BUILD_GRACE, log=log
        )
        for role in sandbox.engines:
            note(log, f"filling the Docker Engine of host {role}")
            _fill(sandbox, sandbox.hosts[role], project, environ)


def _fill(sandbox: Sandbox, host: SandboxHost, project: str, environ: Mapping[str, str]) -> None:
    with owning(project):
        _fill_volume(sandbox, host, project, environ)


def _fill_volume(sandbox: Sandbox, host: SandboxHost, project: str, environ: Mapping[str, str]) -> None:
    prepared, clone = prepared_name(sandbox, host), clone_name(project, host.role)
    remove_project(project)
    docker("volume", "rm", "-f", prepared)
    _create_volume(prepared, f"{CACHE_LABEL}={sandbox.system}")
    try:
        for role in sandbox.engines:
            _create_volume(clone_name(project, role), f"{PROJECT_LABEL}={project}")
        args = compose_args(sandbox, project)
        docker(*args, "up", "--detach", "--no-deps", "--no-build", host.service, timeout=120, environ=environ)
        container = docker(*args, "ps", "-q", host.service, environ=environ).strip()
        _wait_for_engine(container)
        _load(container, host.images)
        docker("exec", container, "systemctl", "stop", "docker.socket", "docker.service", "containerd.service")
        docker("exec", container, "touch", "/var/lib/docker/.complete")
        _run_copy(project, image_name(sandbox, host), COPY.format(source=clone, target=prepared))
    except BaseException:
        with hold_interrupts():
            try_docker("volume", "rm", "-f", prepared)
        raise
    finally:
        with hold_interrupts():
            remove_project(project)


def _create_volume(name: str, label: str) -> None:
    docker("volume", "create", "--label", label, name)


def _wait_for_engine(container: str) -> None:
    deadline = time.monotonic() + 60
    while try_docker("exec", container, "docker", "version")[0]:
        if time.monotonic() > deadline:
            raise SetupError("the Docker Engine inside the sandbox's host does not answer within 60 s")
        time.sleep(0.3)


def _load(container: str, images: tuple[str, ...]) -> None:
    # One pipe from engine to engine: an archive of a gigabyte need not lie on disk.
    save = subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE)
    with save:
        load = subprocess.run(
            ["docker", "exec", "-i", container, "docker", "load", "-q"],
            stdin=save.stdout,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    if save.returncode or load.returncode:
        raise SetupError(f"the images {', '.join(images)} could not be loaded into the sandbox: {load.stderr.strip()}")


def _run_copy(project: str, image: str, script: str) -> None:
    # Both volumes lie under one mount, so that `cp` can use what the file system has (reflinks).
    root = docker("info", "--format", "{{.DockerRootDir}}").strip()
    mount = f"{root}/volumes:/cache"
    helper = ("run", "--rm", "--network", "none", "--label", f"{PROJECT_LABEL}={project}", "--entrypoint", "sh")
    docker(*helper, "--volume", mount, image, "-c", script, timeout=300)


def clone_volumes(sandbox: Sandbox, project: str, number: int) -> None:
    """Make the volumes of a sandbox: a clone of the filled one for each host that has an engine."""
    for role in sandbox.engines:
        host, name = sandbox.hosts[role], clone_name(project, role, number)
        docker("volume", "rm", "-f", name)
        _create_volume(name, f"{PROJECT_LABEL}={project}")
        script = CLONE.format(prepared=prepared_name(sandbox, host), clone=name, layers=LAYERS)
        _run_copy(project, image_name(sandbox, host), script)


def drop_half_filled(project: str) -> None:
    """Remove the volumes that a killed preparation may have left half filled; the next one fills them anew."""
    system, _, tag = project.removeprefix(PREPARE).rpartition("-")
    volumes = docker("volume", "ls", "-q", "--filter", f"label={CACHE_LABEL}={system}").split()
    for name in volumes:
        if name.endswith(f"-{tag}"):
            try_docker("volume", "rm", name)  # one that is in use was whole


def is_of(name: str, sandbox: Sandbox) -> bool:
    """Tell whether a cached image or volume is of a sandbox's present definition."""
    starts = (f"drillbook/{sandbox.system}-", f"drillbook-prepared-{sandbox.system}-")
    return name.startswith(starts) and name.endswith((f":{definition_tag(sandbox)}", f"-{definition_tag(sandbox)}"))


def prune_cache(present: Collection[Sandbox] = ()) -> tuple[list[str], list[str]]:
    """Remove cached volumes and images, but for those of present definitions, and what killed preparations left.

    Returns the names of what was removed, and of what is in use and was kept.
    """
    removed: list[str] = []
    kept: list[str] = []
    for project in sorted(list_projects(PREPARE)):
        # Whoever is preparing holds the lock of the system.
        with machine_lock(project.removeprefix(PREPARE).rpartition("-")[0]):
            if project in list_projects(PREPARE):
                remove_project(project)
                removed.append(project)
    with machine_lock(CACHE_LOCK):
        volumes = docker("volume", "ls", "-q", "--filter", f"label={CACHE_LABEL}").split()
        images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", IMAGES).split()
        for kind, name in [*(("volume", v) for v in volumes), *(("image", i) for i in images)]:
            if any(is_of(name, sandbox) for sandbox in present):
                continue
            (kept if try_docker(kind, "rm", name)[0] else removed).append(name)
    return removed, kept
