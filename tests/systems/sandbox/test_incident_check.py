"""The incident check of VoiceAssist in broken sandboxes: it changes the host when installed, so it has no control."""

from __future__ import annotations

import pytest

from drillbook.project.project import Project, render
from drillbook.sandbox.live import LiveSandbox
from drillbook.verify.running import run_snippet

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

BROKEN = {
    "api-stopped": "CRITICAL - voiceassist-server does not run",
    "postgres-stopped": "CRITICAL - PostgreSQL takes no connections",
    "redis-stopped": "CRITICAL - Redis does not answer",
    "services-removed": "CRITICAL - redis has no container",
    "engine-stopped": "CRITICAL - Docker Compose does not answer",
}


@pytest.mark.parametrize("control", BROKEN)
def test_the_incident_check_is_critical_and_says_what_is_broken(
    live: LiveSandbox, project: Project, control: str
) -> None:
    check = render(project, "voiceassist/install-check-script", "production")
    with live.under_control(control):
        execution = run_snippet(check, session=live.session("app"))
    assert execution.returncode == 2
    assert "OK - " not in execution.stdout
    assert BROKEN[control] in execution.stdout.splitlines()
