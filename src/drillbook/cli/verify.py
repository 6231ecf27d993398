"""`drillbook verify`: a front for pytest that runs only what has no fresh evidence."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from drillbook.core.model import Status
from drillbook.core.pulse import pulse
from drillbook.evidence.record import sweep
from drillbook.evidence.status import load_results, summarise
from drillbook.plan.selection import Share
from drillbook.project.project import Project
from drillbook.sandbox.leavings import sweep_leavings

GOOD, BAD, UNUSABLE = 0, 1, 2
INTERRUPTED = 2
"""pytest's exit code after Ctrl-C."""
NO_SNIPPETS = "there are no snippets yet. Add one, such as snippets/SYSTEM/health.sh."
NEEDS_RUN = (Status.FAILED, Status.STALE, Status.UNVERIFIED)


def verify(
    project: Project,
    *,
    ids: Sequence[str] = (),
    environment: str | None = None,
    everything: bool = False,
    renew: bool = False,
    workers: int = 1,
    junit: Path | None = None,
    shard: Share | None = None,
) -> int:
    """Run the chosen snippets that need it in their sandboxes, write evidence, print what came out."""
    sweep(project.root / "evidence")
    results = summarise(project, ids=ids)
    chosen = [
        result
        for (_, name), result in results.items()
        if environment in (None, name) and result.status is not Status.SKIPPED
    ]
    due = [s for s in chosen if everything or s.status in NEEDS_RUN]
    if shard:
        from drillbook.plan.last_run import read_last_run  # noqa: PLC0415  # only for a share
        from drillbook.plan.shards import take_shard  # noqa: PLC0415  # likewise

        keys = {(one.snippet.id, one.environment): one for one in due}
        known = load_results(project, ids=[*dict.fromkeys(name for name, _ in keys)]) if keys else {}
        taken = take_shard(project, [known[key] for key in keys], shard, read_last_run(project.root))
        due = [keys[one.rendered.snippet.id, one.rendered.environment] for one in taken]
        print(f"shard {shard}: {len(due)} of {len(keys)} verdicts that are due", file=sys.stderr)
    if not due:
        sweep_leavings(project.root)
        said = f"{len(chosen)} verdicts are up to date; nothing to run" if project.snippets else NO_SNIPPETS
        print(said, file=sys.stderr)
        return GOOD
    from drillbook.pytest_plugin.progress import run_items  # noqa: PLC0415  # pytest is slow to import
    from drillbook.sandbox.machine import ensure_engine  # noqa: PLC0415  # only where something is run

    with pulse():
        ensure_engine()
    items = [str(project.root / s.snippet.path) + f"::{s.environment}" for s in due]
    options = ["--drillbook-write", "-q", "--no-header", f"--rootdir={project.root}"]
    options += ["-p", "no:cacheprovider", "-p", "no:warnings", "-o", "addopts=", "-o", "console_output_style=classic"]
    options += ["--drillbook-renew"] if renew else []
    # No plugin but ours: each one that is installed would cost a start.
    options += ["--disable-plugin-autoload", "-p", "drillbook.pytest_plugin.plugin"]
    options += ["-p", "xdist", "-n", str(workers), "--dist", "loadgroup"] if workers > 1 else []
    options += [f"--junit-xml={junit}"] if junit else []
    code, counts = run_items([*options, *items], project)
    print(", ".join(f"{number} {name}" for name, number in counts.items() if number) or "nothing ran", file=sys.stderr)
    if code == INTERRUPTED:
        raise KeyboardInterrupt  # whoever called has nothing left to do either
    if counts.get("failed"):
        return BAD
    return GOOD if code == 0 else UNUSABLE
