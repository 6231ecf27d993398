"""What a run that shares controls out among the environments runs of a system."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from pytestshellutils.shell import Subprocess
from pytestshellutils.utils.processes import ProcessResult

ROOT = Path(__file__).parents[3]


def collect(*options: str) -> ProcessResult:
    """Collect what the gate runs of one system, and run nothing."""
    arguments = ("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "snippets/akira", *options)
    return Subprocess(cwd=ROOT).run(sys.executable, *arguments, _timeout=120)


def test_shared_out_each_control_is_run_in_one_environment_and_each_snippet_in_all() -> None:
    found = {}
    for options in ((), ("--drillbook-share",)):
        result = collect("--drillbook-controls", *options)
        assert result.returncode == 0, str(result)
        found[options] = re.findall(r"^(\S+)::(\w+?)(-control)?$", result.stdout, re.MULTILINE)
    everything, shared = found.values()
    assert {one for one in everything if not one[2]} == {one for one in shared if not one[2]}
    controls, taken = (Counter(name for name, _, control in many if control) for many in (everything, shared))
    assert len(controls) > 10
    assert set(controls.values()) == {2}
    assert taken == Counter(set(controls))
    assert {environment for _, environment, control in shared if control} == {"production", "staging"}


def test_evidence_is_not_written_of_what_was_shared_out() -> None:
    result = collect("--drillbook-share", "--drillbook-write")
    assert result.returncode == 4
    assert "--drillbook-share skips some of what evidence records. Use --drillbook-write without it." in result.stderr
