"""How a pytest run ends when it is told to: its workers are told, and waited for, and nothing is left behind.

pytest-xdist gives workers ten seconds before it kills them, of which execnet waits five; taking a cluster away takes
longer.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator, Sequence
from contextlib import nullcontext, suppress
from typing import Any

import pytest

from drillbook.core.interrupts import LIMIT, LONGEST, end_children, end_on_signals, hold_interrupts, is_ending
from drillbook.sandbox.leavings import SWEPT, sweep_leavings

IDLE = 1.0
"""Seconds in which a worker that has nothing more to do is out of its session."""


class Stopping:
    """The plugin of each process of a run; `nodes` are its workers, in the one that has any."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.is_worker = hasattr(config, "workerinput")
        self.nodes: list[Any] = []
        if self.is_worker:
            end_on_signals(LIMIT)
            end_with_controller(config)
        else:
            end_on_signals(LONGEST)

    def pytest_sessionstart(self) -> None:
        """Take away what killed runs left, once for all workers and for whatever they start.

        Who only collects leaves Docker alone.
        """
        if not self.is_worker and not self.config.option.collectonly:
            capture = self.config.pluginmanager.getplugin("capturemanager")
            with capture.global_and_fixture_disabled() if capture else nullcontext():
                sweep_leavings(self.config.rootpath)
            os.environ[SWEPT] = "1"

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Know the workers."""
        self.nodes.append(node)

    def pytest_keyboard_interrupt(self) -> None:
        """Write no summary in a worker: nobody reads it, and Hypothesis takes seconds of CPU for its part."""
        if self.is_worker:
            self.config.pluginmanager.unregister(name="terminalreporter")

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Generator[None]:
        """Wait for the workers before they are killed; end what tests started, and take away what those left."""
        if is_ending():
            stop_workers(self.nodes)
        try:
            yield
        finally:
            if is_ending():
                with hold_interrupts(LIMIT):
                    end_children()
                    sweep_leavings(self.config.rootpath)


def stop_workers(nodes: Sequence[Any]) -> None:
    """Tell the workers that are still at work to end, and wait until they have let go of what they hold."""
    working = [node for node in nodes if hasattr(node, "channel") and not node.channel.isclosed()]
    with hold_interrupts(LIMIT):
        for node in working:
            with suppress(ProcessLookupError):
                os.kill(node.gateway._rinfo().pid, signal.SIGTERM)
        deadline = time.monotonic() + LIMIT
        for node in working:
            with suppress(OSError, EOFError, node.channel.RemoteError):
                node.channel.waitclose(max(0.0, deadline - time.monotonic()))


def end_with_controller(config: pytest.Config) -> None:
    """End this worker when its controller is gone, as if it had been told to, with time to clean up.

    execnet would wait for five seconds, and kill it ten seconds later.
    """
    (interactor,) = (one for one in config.pluginmanager.get_plugins() if type(one).__name__ == "WorkerInteractor")
    gateway = interactor.channel.gateway
    pool = gateway._execpool

    def end() -> None:
        pool.trigger_shutdown()
        if not pool.waitall(IDLE):
            os.kill(os.getpid(), signal.SIGTERM)
            if not pool.waitall(LIMIT):
                os._exit(1)

    gateway._terminate_execution = end
