"""The files `sandboxes/SYSTEM/sandbox.yml`: who plays whom, how state is laid out, probed and broken."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from drillbook.core.errors import InputError, Location, Problem, nearest
from drillbook.core.files import PACKAGE
from drillbook.core.index import Index
from drillbook.core.model import sha256
from drillbook.project.sandbox_model import Control, Interpreter, Probe, Sandbox, SandboxHost
from drillbook.project.yaml_files import find_schema_problems, read_yaml

UNCOUNTED = frozenset({"README.md", "__pycache__", ".DS_Store"})
LEFTOVERS = (".pyc", ".swp", "~")
"""Ends of the names of files that tools leave behind."""
SHARES = PACKAGE / "shares" if (PACKAGE / "shares").is_dir() else PACKAGE.parents[1] / "sandboxes"
"""Holds the folders for sandboxes to share that come with Drillbook: in a wheel, or in a checkout of it."""
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)")


def load_sandbox(folder: Path, root: Path, index: Index | None = None) -> Sandbox:
    """Read a sandbox's definition. Raises InputError with all that is wrong."""
    path = folder / "sandbox.yml"
    shown = path.relative_to(root).as_posix()
    read = index.read if index else Path.read_bytes
    value, lines = read_yaml(path, shown, read)
    problems = find_schema_problems(value, "sandbox", lines, shown)
    if not problems:
        problems = list(_find_name_problems(value, folder, lines, shown))
    if problems:
        raise InputError(problems)
    shares = tuple(find_share(folder, name) for name in value.get("shares", []))
    compose = folder / "compose.yaml"
    if not compose.is_file():
        text = "there is no compose.yaml beside it. Add a Compose project."
        raise InputError(Problem(Location(shown), text))

    def commands(key: str) -> tuple[tuple[str, str], ...]:
        return tuple((item["host"], item["command"]) for item in value.get(key, []))

    return Sandbox(
        system=value["system"],
        folder=folder,
        shares=shares,
        hosts={
            role: SandboxHost(role=role, service=host["service"], images=tuple(host.get("images", [])))
            for role, host in value["hosts"].items()
        },
        start=commands("start"),
        restore=commands("restore"),
        traffic=commands("traffic"),
        requests=commands("requests"),
        probes={name: Probe(name=name, **item) for name, item in value["probes"].items()},
        controls={name: Control(name=name, **item) for name, item in value.get("controls", {}).items()},
        kinds={kind: Interpreter(**item) for kind, item in value.get("kinds", {}).items()},
        logs=commands("logs"),
        versions=commands("versions"),
        variables=tuple(sorted(set(VARIABLE.findall(read(compose).decode("utf-8"))))),
        stand_ins=value.get("stand_ins", {}),
        definition=hash_definition((folder, *shares), index),
    )


def find_share(folder: Path, name: str) -> Path:
    """Return the folder that a sandbox shares under this name: the project's, else Drillbook's, if there is one."""
    own = folder.with_name(name)
    return own if own.is_dir() else SHARES / name


def _find_name_problems(
    value: Mapping[str, Any], folder: Path, lines: Mapping[str, int], shown: str
) -> Iterator[Problem]:
    if value["system"] != folder.name:
        text = f"the system is called '{value['system']}' but its folder is '{folder.name}'. Rename one of them."
        yield Problem(Location(shown, lines["system"]), text)
    for number, name in enumerate(value.get("shares", [])):
        if not find_share(folder, name).is_dir():
            known = {path.name for top in (folder.parent, SHARES) for path in top.glob("_*")}
            text = f"there is no folder sandboxes/{name}, and Drillbook has none of this name. {nearest(name, known)}"
            yield Problem(Location(shown, lines[f"shares.{number}"]), text)
    lists = [
        (f"{key}.{n}", item)
        for key in ("start", "restore", "traffic", "requests", "logs", "versions")
        for n, item in enumerate(value.get(key, []))
    ]
    tables = [
        (f"{key}.{name}", item) for key in ("probes", "controls", "kinds") for name, item in value.get(key, {}).items()
    ]
    for place, item in (*lists, *tables):
        if item["host"] not in value["hosts"]:
            text = f"{place} runs on no host '{item['host']}'. {nearest(item['host'], value['hosts'])}"
            yield Problem(Location(shown, lines.get(place, 1)), text)


def hash_definition(folders: tuple[Path, ...], index: Index | None = None) -> str:
    """Return one SHA-256 over the names, execute bits and bytes of all files; prose and caches do not count."""
    total = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                continue
            if UNCOUNTED & set(path.relative_to(folder).parts) or path.name.endswith(LEFTOVERS):
                continue
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            if path.is_symlink():
                runs, digest = "link", sha256(os.readlink(path))
            else:
                runs = str(bool(path.stat().st_mode & stat.S_IXUSR))
                digest = index.digest(path) if index else sha256(path.read_bytes())
            total.update(f"{name}\0{runs}\0{digest}\n".encode())
    return total.hexdigest()
