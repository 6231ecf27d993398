"""The source of the agent, packed into one text that a host's Python runs: nothing of ours is installed there."""

from __future__ import annotations

import importlib.resources

# The agent comes over standard input, so that `ps` inside the host does not list its whole source.
BOOTSTRAP = "import sys; exec(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))"
MODULES = ("process", "preloaded", "supervisor", "typist", "agent")
"""Of `drillbook.guest`, each after those that it imports."""


def pack_agent() -> bytes:
    """Return one source text that makes the agent's modules where Drillbook is not installed, and serves."""
    sources = {f"drillbook.guest.{name}": read_source(f"{name}.py").decode() for name in MODULES}
    return f"""import sys, types
for name, source in {sources!r}.items():
    sys.modules[name] = types.ModuleType(name)
    exec(compile(source, name, "exec"), sys.modules[name].__dict__)
sys.modules["drillbook.guest.agent"].Agent().serve()
""".encode()


def read_source(name: str) -> bytes:
    """Return a file of `drillbook.guest`."""
    return importlib.resources.files("drillbook.guest").joinpath(name).read_bytes()
