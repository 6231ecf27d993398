"""What a reader does in a sandbox: runs a snippet; and what a test asks of its hosts."""

from __future__ import annotations

from drillbook.project.project import Project, render
from drillbook.sandbox.live import LiveSandbox
from drillbook.verify.expectations import unmet
from drillbook.verify.running import run_snippet


def run(live: LiveSandbox, project: Project, name: str) -> str:
    """Run a snippet of the sandbox's system as a reader does, with what it expects of its output; return that."""
    rendered = render(project, f"{live.sandbox.system}/{name}", live.environment)
    execution = run_snippet(
        rendered,
        session=live.session(rendered.host.role),
        command=live.find_command(rendered.snippet.kind),
    )
    assert execution.returncode == 0, (name, execution.stdout, execution.stderr)
    assert not unmet(rendered.expectations, execution.stdout, execution.stderr), name
    return str(execution.stdout)


def ask(live: LiveSandbox, role: str, command: str) -> str:
    """Run a command on a host; it has to work."""
    result = live.session(role).command(command, timeout=300)
    assert result.returncode == 0, (command, result.stdout, result.stderr)
    return str(result.stdout).strip()
