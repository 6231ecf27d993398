"""Runs a host's Python scripts in forks of the agent, which has imported what they import: that takes longest.

Standard library only: it is sent into the host with `agent.py`.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType

from drillbook.guest.process import PATH

HANDLED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class ForkedProcess:
    """A process that calls a function, on outputs of its own, and ends with what that returns."""

    def __init__(
        self, body: Callable[[], object], *, outputs: tuple[int, ...], environ: Mapping[str, str], directory: str
    ) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid:
            return
        status = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in HANDLED:
                signal.signal(number, signal.SIG_DFL)
            for place, fd in enumerate((os.open(os.devnull, os.O_RDONLY), *outputs)):
                os.dup2(fd, place)
            os.closerange(3, 1 << 16)
            os.environ.clear()
            os.environ.update(environ)
            os.chdir(directory)
            os.umask(0o022)
            status = _call(body)
        finally:
            os._exit(status)


def _call(body: Callable[[], object]) -> int:
    """Call a script's body, and return the status that the interpreter would end with."""
    status: object = 1
    try:
        status = body()
    except SystemExit as error:
        status = error.code
    except BaseException:  # whatever it is, it ends here
        traceback.print_exc()
    if isinstance(status, str):
        sys.stderr.write(f"{status}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    return status & 0xFF if isinstance(status, int) else int(status is not None)


class Scripts:
    """The Python scripts of this host that can be imported: what they need is imported here, once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, CodeType | None]] = {}

    def find(self, command: str) -> Callable[[], object] | None:
        """Return what runs a command that only names a script, with its arguments; None for any other command."""
        words = command.split()
        if not re.fullmatch(r"[\w./ -]+", command) or not (path := shutil.which(words[0], path=PATH)):
            return None
        try:
            source = Path(path).read_bytes()
        except OSError:
            return None
        if path not in self._known or self._known[path][0] != source:
            self._known[path] = source, _import(source, path)
        code = self._known[path][1]
        if code is None:
            return None

        def body() -> object:
            sys.argv = [path, *words[1:]]
            exec(code, {"__name__": "__main__", "__file__": path})
            return None

        return body


def _import(source: bytes, path: str) -> CodeType | None:
    """Import a script, and return its code; None where it is not Python's, or does more than define when imported."""
    before = sys.path[:]
    try:
        if not re.match(rb"#!/usr/bin/(env )?python3\b", source):
            return None
        tree = ast.parse(source, path)
        if not any(isinstance(node, ast.If) and "__name__" in ast.unparse(node.test) for node in tree.body):
            return None
        code = compile(tree, path, "exec")
        exec(code, {"__name__": "imported", "__file__": path})
    except Exception:  # started as any other command, it will say what is wrong with it
        return None
    else:
        return code
    finally:
        sys.path[:] = before
