"""How the session's process is started: through pytest-shell-utilities, but with its pipes left to the session."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from pytestshellutils.shell import Subprocess, SubprocessImpl


class Pipes(SubprocessImpl):
    """A started process whose standard input and output are pipes of ours; its errors go to a file."""

    def init_terminal(
        self, cmdline: list[str], shell: bool = False, env: Any = None, cwd: str | Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the process."""
        self._terminal_stdout = SpooledTemporaryFile()  # noqa: SIM115  # the package closes it with the process
        self._terminal_stderr = SpooledTemporaryFile()  # noqa: SIM115  # the package closes it with the process
        self._terminal = subprocess.Popen(
            cmdline,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._terminal_stderr,
            cwd=str(cwd or self.factory.cwd),
            env=self.factory.environ,
            bufsize=0,
            # Ctrl-C is for us: the agent ends when its standard input closes.
            start_new_session=True,
        )
        return self._terminal

    def close_files(self) -> None:
        """Close what was opened for a process that could not be started."""
        for file in (self._terminal_stdout, self._terminal_stderr):
            if file is not None:
                file.close()


class Factory(Subprocess):
    """Starts processes with such pipes."""

    def _get_impl_class(self) -> type[SubprocessImpl]:
        return Pipes
