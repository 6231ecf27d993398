from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from drillbook.sandbox.lease import checkout_prefix, take_lease, try_lease


def test_a_name_that_is_held_is_not_given_twice(tmp_path: Path) -> None:
    first = take_lease(tmp_path, "system", "production")
    second = take_lease(tmp_path, "system", "production")
    assert first.name.endswith("-0")
    assert second.name.endswith("-1")
    first.release()
    again = take_lease(tmp_path, "system", "production")
    assert again.name == first.name
    again.release()
    second.release()


def test_two_checkouts_do_not_share_names(tmp_path: Path) -> None:
    assert checkout_prefix(tmp_path / "a") != checkout_prefix(tmp_path / "b")


def test_a_killed_owner_lets_go_of_its_sandbox(tmp_path: Path) -> None:
    script = f"""
        import sys, time
        from pathlib import Path
        from drillbook.sandbox.lease import try_lease
        lease = try_lease(Path({str(tmp_path)!r}), "drillbook-x")
        print(lease is not None, flush=True)
        time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "True\n"
        assert try_lease(tmp_path, "drillbook-x") is None
        owner.send_signal(signal.SIGKILL)
        owner.wait(10)
    lease = try_lease(tmp_path, "drillbook-x")
    assert lease is not None
    lease.release()
