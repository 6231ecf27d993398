"""The generation of the harness: raise it when rendering, running, checking or probing changes.

Evidence of an older generation is stale. `tests/unit/test_generation.py` fails when one of the modules below
changes without a new generation or a waiver that says why no verdict can differ.
"""

GENERATION = 6

MODULES = (
    "agent.py",
    "checking.py",
    "children.py",
    "expectations.py",
    "forks.py",
    "keeper.py",
    "outcomes.py",
    "pasting.py",
    "pipes.py",
    "rendering.py",
    "rules.py",
    "running.py",
    "sandbox.py",
    "screen.py",
    "session.py",
    "shell_syntax.py",
    "trace.bash",
    "typist.py",
    "verifying.py",
)
