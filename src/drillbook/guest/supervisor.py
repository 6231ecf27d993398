"""Keeps the processes of a host's agent: sees each to its end, takes in orphans, kills what outlives its parent.

Standard library only: it is sent into the host with `agent.py`.
"""

from __future__ import annotations

import collections
import contextlib
import ctypes
import os
import select
import selectors
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from drillbook.guest.process import STOP_WITHIN, Child, describe_process, kill, list_descendants

GRACE = 0.5  # seconds that the rest of a pipeline has to end after the shell, on a busy machine too
LOOK_AGAIN = 0.02  # seconds
PR_SET_CHILD_SUBREAPER = 36


class Supervisor:
    """Owns every process below this one; standard input wakes it too, and whoever inherits says what comes there."""

    def __init__(self) -> None:
        if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "cannot become the reaper of orphans")
        if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
            raise OSError("this kernel does not list a process's children")
        self.children: dict[int, Child] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(0, selectors.EVENT_READ)
        # An ended child wakes the selector: nothing here polls.
        self.wake, wakes = os.pipe()
        for fd in (self.wake, wakes):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(1))
        self.selector.register(self.wake, selectors.EVENT_READ)

    def receive(self) -> None:
        """Take in what has come on standard input."""
        raise NotImplementedError  # each supervisor has a standard input of its own

    def keep(self, child: Child) -> None:
        """Attend to a child that was just started."""
        self.children[child.pid] = child
        for fd in child.open:
            self.selector.register(fd, selectors.EVENT_READ, child)

    def forget_outputs(self) -> None:
        """Close the outputs of children that were killed."""
        for key in list(self.selector.get_map().values()):
            if isinstance(key.data, Child):
                self.selector.unregister(key.fd)
                key.data.close(key.fd)

    def attend(  # one loop, read from top to bottom
        self,
        waiting: collections.deque[Any],
        *,
        parallel: int = 1,
        forward: Callable[[bytes], None] | None = None,
    ) -> list[str]:
        """Start children and see each to its end; kill what outlives them, and name it."""
        ended: list[Child] = []
        expired = False
        while waiting or self.children:
            while waiting and len(self.children) < parallel:
                child = waiting.popleft()()
                self.keep(child)
            self.turn(min(child.deadline for child in self.children.values()), forward)
            now = time.monotonic()
            for pid, child in list(self.children.items()):
                if child.returncode is not None:
                    ended.append(self.children.pop(pid))
                elif now >= child.deadline:
                    if child.controller in child.open and now < child.last_chance:
                        child.interrupt()
                    else:
                        child.timed_out = expired = True
                        child.deadline = float("inf")
                        # The parents first: a shell whose command is killed would go on to the next.
                        kill([pid, *list_descendants(pid)])
        # Without a snippet's shell nothing of it may live: orphans have come to us, whatever session they are in.
        leftovers = [] if expired else self.list_leftovers(forward=forward)
        self.kill_all()
        for child in ended:
            for fd in list(child.open):
                # All that was printed is in the pipe by now; whoever still holds it may not hold us.
                self.selector.unregister(fd)
                while fd in child.open and (data := child.read(fd)):
                    if forward:
                        forward(data)
                if fd in child.open:
                    child.close(fd)
        return leftovers

    def turn(self, deadline: float | None, forward: Callable[[bytes], None] | None = None) -> None:
        """Wait for the next thing to happen, and take it in."""
        timeout = None if deadline in (None, float("inf")) else max(0.0, deadline - time.monotonic())
        for key, _ in self.selector.select(timeout):
            fd: int = key.fd
            if fd == 0:
                self.receive()
            elif fd == self.wake:
                self.rest()
            else:
                data = key.data.read(fd)
                if fd not in key.data.open:
                    self.selector.unregister(fd)
                elif data and forward:
                    forward(data)
        self.reap()

    def rest(self) -> None:
        """Forget the wake-ups that have come."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.wake, 4096)

    def reap(self) -> None:
        """Take the status of every ended child; orphans too, or a command that waits for them to go would hang."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid in self.children:
                self.children[pid].end(status)

    def find_strays(self) -> list[int]:
        """Return all processes below this one."""
        self.reap()
        return list_descendants(os.getpid())

    def list_leftovers(self, *apart: int, forward: Callable[[bytes], None] | None = None) -> list[str]:
        """Describe what lives on, beside these processes, when what is on its way out has had time for that."""
        deadline = time.monotonic() + GRACE
        while set(self.find_strays()) - set(apart) and (now := time.monotonic()) < deadline:
            # The end of an orphan is seen here, that of another one's child is not.
            self.turn(min(deadline, now + LOOK_AGAIN) if apart else deadline, forward)
        return [text for pid in self.find_strays() if pid not in apart and (text := describe_process(pid))]

    def kill_all(self) -> None:
        """Kill every process below this one, and what those start meanwhile, within a bound."""
        deadline = time.monotonic() + STOP_WITHIN
        while (strays := self.find_strays()) and time.monotonic() < deadline:
            kill(strays)
            select.select([self.wake], [], [], 0.01)
            self.rest()
        self.children.clear()
