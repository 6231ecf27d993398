"""How far the building of images is: the step at which one is, and what a run's builder has ended.

The images of a system are built by one process of the machine at a time; its log tells all others how far it is. A
run that has many systems to build starts a builder (`images`), which says in a folder what it has ended.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

from drillbook.core.locks import is_held
from drillbook.core.pulse import clock

BUILDS = "DRILLBOOK_BUILDS"
"""The variable that names the folder in which a run's builder says what it is to build and has ended."""
STEP = re.compile(r"#(\d+) (?:\[(.*?)\]|(DONE|CACHED|ERROR|CANCELED)\b)")
"""What BuildKit prints, one line at the beginning of a step and one at its end."""
SAID = "drillbook: "
TAIL = 20


def cache_folder() -> Path:
    """Return the folder of what all checkouts of this machine share."""
    folder = Path.home() / ".cache" / "drillbook"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def lock_path(name: str) -> Path:
    """Return the file whose lock is held by whoever builds the images of a system."""
    return cache_folder() / f"{name}.lock"


def log_path(system: str) -> Path:
    """Return the log of the last build of a system's images: when it began, then what was said."""
    return cache_folder() / f"{system}.log"


def begin_log(system: str) -> Path:
    """Begin the log of a build anew; return its path."""
    path = log_path(system)
    path.write_text(f"{time.time():.0f}\n", "utf-8")
    return path


def note(log: Path, text: str) -> None:
    """Write to a log what is done now, where Docker does not say it."""
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{SAID}{text}\n")


def read_tail(log: Path) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text("utf-8", errors="replace").strip().splitlines()[-TAIL:])


def find_step(text: str) -> str:
    """Return what a build is at: what was noted last, or the step that has been open longest; "" at the beginning."""
    noted = ""
    steps: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith(SAID):
            noted, steps = line.removeprefix(SAID), {}
        elif found := STEP.match(line):
            number, name, _ = found.groups()
            if name is None:
                steps.pop(number, None)
            elif not name.endswith(" internal"):
                steps.setdefault(number, name)
    return next((f"step {name}" for name in steps.values()), noted)


def describe_build(system: str) -> str:
    """Say what is being built of a system on this machine, at which step, since when; "" when nothing is."""
    if not is_held(lock_path(system)):
        return ""
    try:
        began, _, rest = log_path(system).read_text("utf-8", errors="replace").partition("\n")
        seconds = time.time() - float(began)
    except (FileNotFoundError, ValueError):
        return ""
    step = find_step(rest)
    return f"building {system}'s images ({step + ', ' if step else ''}{clock(seconds)})"


def builds_folder() -> Path | None:
    """Return the folder in which this run's builder says how far it is; None where there is no builder."""
    return Path(os.environ[BUILDS]) if os.environ.get(BUILDS) else None


def announce(folder: Path, systems: tuple[str, ...]) -> None:
    """Say what is to be built, the whole list at once."""
    for system in systems:
        (folder / f"{system}.wanted").touch()


def note_end(folder: Path, system: str, failure: str) -> None:
    """Say that a system's images are there, or with what words their build failed."""
    half = folder / f"{system}.half"
    half.write_text(failure, "utf-8")
    half.replace(folder / f"{system}.ended")


def has_ended(folder: Path, system: str) -> bool:
    """Tell whether a folder says how the build of a system's images ended."""
    return (folder / f"{system}.ended").exists()


def list_wanted() -> tuple[str, ...]:
    """Return the systems that this run's builder is to build."""
    folder = builds_folder()
    return tuple(sorted(path.stem for path in folder.glob("*.wanted"))) if folder else ()


def is_awaited(system: str) -> bool:
    """Tell whether this run's builder is alive and has yet to end the images of a system."""
    folder = builds_folder()
    if folder is None or not (folder / f"{system}.wanted").exists() or has_ended(folder, system):
        return False
    # One that died will end nothing: whoever needs the images builds them.
    return is_held(folder)


def read_failure(system: str) -> str:
    """Return with what words the build of a system's images failed in this run; "" when it did not."""
    folder = builds_folder()
    path = folder / f"{system}.ended" if folder else None
    return path.read_text("utf-8") if path and path.exists() else ""


def describe_builds(systems: Iterable[str] | None = None) -> list[str]:
    """Say what is being built of these systems; without any, of those that this run's builder has yet to end."""
    wanted = [system for system in list_wanted() if is_awaited(system)] if systems is None else systems
    return [text for system in wanted if (text := describe_build(system))]
