"""What was read and found out before, kept under `.drillbook/index/`, so that what did not change costs nothing.

As git's index, it only saves time. It holds to this:

1. A file's digest is taken from here only while its size, times and inode are those with which it was hashed, and only
   if it had clearly rested (`RACY`) before this process began: nobody can set its ctime back. Others are hashed again.
2. All else is kept under the digests of everything that it was made from, so other bytes never find it. What is kept is
   what the same bytes gave to the same code. Nothing that hangs on today's date is kept without that date in its key.
3. Digests stand still within a process. One that reads two versions of a file keeps nothing of what it found out.
4. Another Drillbook, Python, set of packages or place of the project begins with nothing. So does a part of the index
   that is missing, cut short or changed.

`verify`, `list` and `check` use it. `build`, `audit` and the gate read the files.
"""

from __future__ import annotations

import gc
import hashlib
import io
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from drillbook.core.generation import GENERATION
from drillbook.core.locks import hold
from drillbook.core.model import sha256

RACY = 2_000_000_000
"""Nanoseconds: no file system's clock ticks more rarely."""
NOTHING = "-"
"""The digest of a file that is not there."""
_FOLDER = Path(".drillbook", "index")
_NOUNS = frozenset(
    {"drillbook.core.errors", "drillbook.core.model", "drillbook.core.rules", "drillbook.project.sandbox_model"}
)
_OTHERS = frozenset({("datetime", "date"), ("pathlib", "PosixPath")})
Read = Callable[[Path], bytes]


def join_key(*parts: str) -> str:
    """Return the digest of several texts, none of which holds a NUL."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Index:
    """The parts of one project's index, read when first asked for; see the module for what it holds to."""

    def __init__(self, root: Path) -> None:
        self._folder = root / _FOLDER
        self._stamp = _make_stamp(root)
        self._began = self._ask_clock()
        self._parts: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()
        self._digests: dict[str, str] = {}
        self._torn = False

    def _ask_clock(self) -> int:
        """Return the file system's time; it need not be the machine's. 0 where nothing can be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            mark = self._folder / "began"
            mark.write_bytes(b"")
            os.utime(mark)
            return mark.stat().st_ctime_ns
        except OSError:
            return 0

    def read(self, path: Path) -> bytes:
        """Return a file's bytes, and note their digest."""
        name = str(path)
        try:
            stat = os.stat(path)
            data = path.read_bytes()
        except OSError:
            self._torn |= self._digests.setdefault(name, NOTHING) != NOTHING
            raise
        digest = sha256(data)
        self._torn |= self._digests.setdefault(name, digest) != digest
        self._note(name, stat, digest)
        return data

    def digest(self, path: Path | str) -> str:
        """Return the SHA-256 of a file's bytes; NOTHING where there is no file."""
        name = str(path)
        if (known := self._digests.get(name)) is not None:
            return known
        try:
            stat = os.stat(name)
            kept = self._part("files").get(name)
            if kept is not None and kept[:-1] == _describe(stat):
                digest: str = kept[-1]
            else:
                digest = sha256(Path(name).read_bytes())
                self._note(name, stat, digest)
        except FileNotFoundError:
            digest = NOTHING
        except OSError:  # whoever reads it is told; nothing is kept of that
            digest, self._torn = "?", True
        self._digests[name] = digest
        return digest

    def _note(self, name: str, stat: os.stat_result, digest: str) -> None:
        files = self._part("files")
        entry = (*_describe(stat), digest)
        if stat.st_ctime_ns + RACY < self._began:
            if files.get(name) != entry:
                files[name] = entry
                self._changed.add("files")
        elif files.pop(name, None) is not None:
            self._changed.add("files")

    def find(self, part: str, name: str, key: str) -> Any:
        """Return what is kept under a name, if it was made from what `key` says; else None."""
        kept = self._part(part).get(name)
        return kept[1] if kept is not None and kept[0] == key else None

    def peek(self, part: str, name: str) -> Any:
        """Return what is kept under a name, whatever it was made from: whoever asks proves that it holds."""
        kept = self._part(part).get(name)
        return kept[1] if kept is not None else None

    def keep(self, part: str, name: str, key: str, value: Any) -> None:
        """Keep a value that is not None and hangs on nothing but what `key` says, in place of an older one."""
        self._part(part)[name] = (key, value)
        self._changed.add(part)

    def save(self) -> None:
        """Write the parts that changed; where that cannot be done, the next run finds them out again."""
        if not self._began or self._torn or not self._changed:
            return
        with suppress(OSError), hold(self._folder):
            for part in sorted(self._changed):
                body = pickle.dumps(self._parts[part], protocol=5)
                half = self._folder / f"{part}.half"
                half.write_bytes(self._seal(body) + body)
                half.replace(self._folder / part)
            self._changed.clear()

    def _seal(self, body: bytes) -> bytes:
        return hashlib.sha256(self._stamp + body).digest()

    def _part(self, part: str) -> dict[str, Any]:
        if part not in self._parts:
            self._parts[part] = self._load(part)
        return self._parts[part]

    def _load(self, part: str) -> dict[str, Any]:
        try:
            data = (self._folder / part).read_bytes()
        except OSError:
            return {}
        seal, body = data[:32], data[32:]
        if not self._began or seal != self._seal(body):
            return {}
        # Thousands of values at once, none of which is garbage.
        paused = gc.isenabled()
        gc.disable()
        try:
            found = _Unpickler(io.BytesIO(body)).load()
        except (pickle.UnpicklingError, AttributeError, EOFError, IndexError, TypeError, ValueError):
            return {}
        finally:
            if paused:
                gc.enable()
        return found if isinstance(found, dict) else {}


class _Unpickler(pickle.Unpickler):
    """Makes the nouns of Drillbook and nothing else: a file that somebody put there runs nothing."""

    def find_class(self, module: str, name: str) -> Any:
        """Return one of the classes that are kept."""
        if (module in _NOUNS and name.isidentifier() and name[0].isupper()) or (module, name) in _OTHERS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is never kept")


def _describe(stat: os.stat_result) -> tuple[int, ...]:
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def _make_stamp(root: Path) -> bytes:
    """Return what tells this Drillbook from another: its files, its Python, the packages that it stands on."""
    package = Path(__file__).parents[1]
    own = sorted(path for path in package.rglob("*") if path.suffix != ".pyc" and path.is_file())
    # What pip adds or takes away moves the times of these folders.
    folders = [Path(one) for one in sys.path if one.endswith(("site-packages", "dist-packages"))]
    return join_key(str(root), sys.version, str(GENERATION), *_describe_all([*own, *folders])).encode()


def _describe_all(paths: Iterable[Path]) -> Iterable[str]:
    for path in paths:
        with suppress(FileNotFoundError):
            yield f"{path} {_describe(path.stat())}"
