"""What Akira's runbooks promise beyond single snippets: calls go through, and no record is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drillbook.project.project import Project, render
from drillbook.sandbox.hosts import Hosts
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from drillbook.verify.running import run_snippet
from tests.systems.sandbox.foreign import expect_nothing_to_act_on
from tests.systems.sandbox.reading import run
from tests.systems.sandbox.stillness import expect_stillness

pytestmark = [pytest.mark.docker, pytest.mark.system("akira")]

FAILOVER = ("fence-primary", "promote-replica", "rejoin-old-primary", "switch-back")
RUNBOOKS = (
    ("restart-kamailio",),
    ("roll-back", "roll-forward"),
    ("restart-service",),
    ("renew-certificate", "restore-certificate"),
    ("seal-vault", "unseal-vault"),
    ("replay", "end-replay"),
)
COUNT = "SELECT count(*) || ' ' || count(DISTINCT call_id) FROM cdr"


@pytest.fixture(scope="module")
def shared(project: Project) -> Iterator[LiveSandbox]:
    with open_sandbox(project, "akira", "staging") as sandbox:
        yield sandbox


def ask(live: LiveSandbox, role: str, query: str) -> str:
    """Ask the database of one host."""
    command = f'runuser -u postgres -- psql -X -At -v ON_ERROR_STOP=1 -d akira -c "{query}"'
    result = live.session(role).command(command)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_every_probe_is_still_for_a_minute_on_an_idle_sandbox(settled: LiveSandbox) -> None:
    expect_stillness(settled)


@pytest.mark.parametrize("runbook", RUNBOOKS, ids="-".join)
def test_calls_go_through_before_and_after_each_runbook(
    settled: LiveSandbox, project: Project, runbook: tuple[str, ...]
) -> None:
    run(settled, project, "smoke-call")
    for name in runbook:
        run(settled, project, name)
        run(settled, project, "smoke-call")


def bring_back(live: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Bring the sandbox back without making a host anew; return the hosts on which something was run for that."""
    asked = []
    run_on = Hosts.run

    def note(hosts: Hosts, role: str, command: str) -> str:
        asked.append(role)
        return run_on(hosts, role, command)

    with monkeypatch.context() as patch:
        patch.setattr(Hosts, "run", note)
        patch.setattr(LiveSandbox, "reset", lambda live: pytest.fail(f"{live.name} is made anew"))
        live.bring_back()
    return asked


def settle(live: LiveSandbox, before: dict[str, str]) -> list[str]:
    """Measure a change of the workstation; return the hosts on which a probe moved, by itself or not."""
    after = live.measure()
    live.settle(before, after, left=False)
    moved = live.sandbox.find_moved(before, after)
    roles = [role for role, _ in live.sandbox.restore]
    assert "workstation" in moved
    assert moved < set(roles)
    return [role for role in roles if role in moved]


@pytest.fixture
def known(settled: LiveSandbox) -> LiveSandbox:
    """Return the sandbox with no host on which a probe has moved since it was in its known state."""
    state = settled.measure()
    settled.settle(state, state, left=False)
    settled.bring_back()
    return settled


def test_only_hosts_on_which_a_probe_moved_are_restored(known: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    before = known.measure()
    assert known.session("workstation").command("touch /tmp/left").returncode == 0
    first = settle(known, before)
    assert bring_back(known, monkeypatch) == first
    assert known.sandbox.keep_lasting(known.measure()) == known.sandbox.keep_lasting(before)


def test_every_host_is_restored_where_that_was_not_enough(known: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    before = known.measure()
    assert known.session("workstation").command("touch /tmp/left").returncode == 0
    first = settle(known, before)
    # What comes only after the measurement.
    assert known.session("sip").command("touch /tmp/late").returncode == 0
    assert bring_back(known, monkeypatch) == [*first, *(role for role, _ in known.sandbox.restore)]
    assert known.sandbox.keep_lasting(known.measure()) == known.sandbox.keep_lasting(before)


def test_a_failover_and_the_way_back_lose_no_committed_row(settled: LiveSandbox, project: Project) -> None:
    run(settled, project, "smoke-call")
    insert = "INSERT INTO customer SELECT 1000 + n, 'kept ' || n, '999' || n FROM generate_series({}, {}) AS n"
    ask(settled, "db", insert.format(1, 100))
    records = int(ask(settled, "db", COUNT).split()[0])
    for name, role, more in zip(FAILOVER, ("", "replica", "replica", "db"), (0, 10, 10, 10), strict=True):
        run(settled, project, name)
        if role:
            known = ask(settled, role, "SELECT count(*) FROM customer WHERE name LIKE 'kept %'")
            ask(settled, role, insert.format(int(known) + 1, int(known) + more))
            run(settled, project, "smoke-call")
    assert ask(settled, "db", "SELECT count(*) FROM customer WHERE name LIKE 'kept %'") == "130"
    settled.session("mgmt").command("/usr/local/sbin/wait-for-records")
    found, distinct = map(int, ask(settled, "db", COUNT).split())
    assert found == distinct > records
    assert ask(settled, "replica", COUNT) == f"{found} {found}"


def test_a_replay_brings_back_what_was_deleted_and_doubles_nothing(settled: LiveSandbox, project: Project) -> None:
    settled.session("mgmt").command("/usr/local/sbin/wait-for-records")
    whole = ask(settled, "db", COUNT)
    assert whole.split()[0] == whole.split()[1]
    latest = "SELECT call_id FROM cdr ORDER BY ended_at DESC LIMIT 5"
    window = f"ended_at > now() - interval '20 minutes' AND call_id IN ({latest})"
    deleted = ask(settled, "db", f"WITH gone AS (DELETE FROM cdr WHERE {window} RETURNING 1) SELECT count(*) FROM gone")
    assert int(deleted) == 5
    rendered = render(project, "akira/replay", "staging")
    execution = run_snippet(rendered, session=settled.session("workstation"))
    assert "inserted=5 " in execution.stdout, execution.stdout
    assert ask(settled, "db", COUNT) == whole
    run(settled, project, "end-replay")
    run(settled, project, "replay")
    assert ask(settled, "db", COUNT) == whole
    run(settled, project, "end-replay")


def test_the_text_of_production_does_nothing_in_the_sandbox_of_staging(settled: LiveSandbox, project: Project) -> None:
    expect_nothing_to_act_on(settled, project, "workstation", at_least=11, said=("Could not resolve host",))
