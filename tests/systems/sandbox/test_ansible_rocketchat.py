"""What the playbooks promise: twice is once, what is wrong stops early, and what fails is put back."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from drillbook.project.project import Project
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from tests.systems.sandbox.foreign import expect_nothing_to_act_on
from tests.systems.sandbox.reading import ask
from tests.systems.sandbox.stillness import expect_stillness

pytestmark = [pytest.mark.docker, pytest.mark.system("ansible-rocketchat")]

API, API_2, BALANCER = "staging-api-01", "staging-api-02", "staging-lb-01"
PLAYS = {
    "restart-service": f"service=api host={API}",
    "rollback": "app=api version=previous",
    "scale-up": "service=api replicas=3",
    "scale-down": "service=api replicas=2",
    "isolate": f"host={API_2}",
    "rejoin": f"host={API_2}",
}
REFUSED = {
    "restart-service service=web host=staging-api-01": "There is no service 'web'; known: api.",
    "restart-service host=staging-api-01": "There is no service ''; known: api.",
    "restart-service service=api host=staging-api-09": f"No host 'staging-api-09' runs api; known: {API}, {API_2}.",
    "restart-service service=api host=staging-db-01": f"No host 'staging-db-01' runs api; known: {API}, {API_2}.",
    "restart-service service=api": f"No host '' runs api; known: {API}, {API_2}.",
    "rollback app=web version=previous": "There is no service 'web'; known: api.",
    "rollback app=api version=2.2.9": "There is no version '2.2.9' of api",
    "rollback app=api": "There is no version '' of api",
    "rollback app=api version=../../tmp": "There is no version '../../tmp' of api",
    "scale-up service=web replicas=3": "There is no service 'web'; known: api.",
    "scale-up service=api replicas=0": "There cannot be '0' replicas: a number from 2, one for each host, to 6",
    "scale-up service=api replicas=7": "There cannot be '7' replicas: a number from 2, one for each host, to 6",
    "scale-up service=api replicas=many": "There cannot be 'many' replicas: a number from 2,",
    "scale-up service=api": "There cannot be '' replicas: a number from 2,",
    "scale-down service=api replicas=3": "2 replicas run; scale-up.yml makes 3 of them.",
    "isolate host=staging-lb-01": f"There is no host 'staging-lb-01' to isolate; known: {API}, {API_2}.",
    "rejoin host=nowhere": f"There is no host 'nowhere' to rejoin; known: {API}, {API_2}.",
}
# One release that does not start, and one that starts and says that it is ill.
SERVER = "/opt/api/releases/2.3.0/server.py"
BAD = {
    "does-not-start": f"sed -i '1i raise SystemExit(3)' {SERVER}",
    "is-not-healthy": f"""sed -i 's/return 200, {{"status": "ok"/return 503, {{"status": "ill"/' {SERVER}""",
}


@pytest.fixture(scope="module")
def shared(project: Project) -> Iterator[LiveSandbox]:
    with open_sandbox(project, "ansible-rocketchat", "staging") as sandbox:
        yield sandbox


def play(live: LiveSandbox, name: str, values: str, *options: str) -> tuple[int, str]:
    """Run a playbook as the control host's user does; return its status and what it said."""
    words = ("ansible-playbook", f"playbooks/emergency/{name}.yml", "-e", values, *options)
    line = f"cd /srv/infrastructure && {shlex.join(words)}"
    result = live.session("control").command(f"runuser -l deploy -c {shlex.quote(line)}", timeout=600)
    return result.returncode, result.stdout + result.stderr


def must_play(live: LiveSandbox, name: str, *options: str) -> str:
    """Run a playbook that has to succeed."""
    status, said = play(live, name, PLAYS[name], *options)
    assert status == 0, said
    return said


def test_every_probe_is_still_for_a_minute_on_an_idle_sandbox(settled: LiveSandbox) -> None:
    expect_stillness(settled)


def expect_once(live: LiveSandbox, name: str) -> None:
    """See that a check changes nothing and says what would change, and that what is run twice changes nothing again."""
    before = live.measure()
    said = must_play(live, name, "--check", "--diff")
    assert live.measure() == before
    assert count_changes(said) != {"changed=0"}
    must_play(live, name)
    once = live.measure()
    assert live.sandbox.keep_lasting(once) != live.sandbox.keep_lasting(before)
    said = must_play(live, name)
    assert live.measure() == once
    assert count_changes(said) == {"changed=0"}


def count_changes(said: str) -> set[str]:
    return set(re.findall("changed=[0-9]+", said))


def test_a_rollback_is_checked_first_and_done_once(settled: LiveSandbox) -> None:
    expect_once(settled, "rollback")


def test_scaling_up_and_down_is_checked_first_and_done_once(settled: LiveSandbox) -> None:
    expect_once(settled, "scale-up")
    expect_once(settled, "scale-down")


def test_only_the_control_host_reaches_an_isolated_host_until_it_rejoins_each_done_once(settled: LiveSandbox) -> None:
    expect_once(settled, "isolate")
    reach = "timeout 2 bash -c '< /dev/tcp/{}/{}'"
    for role, port in (("balancer", 22), ("balancer", 8051), ("db", 22), ("control", 8051)):
        assert settled.session(role).command(reach.format(API_2, port)).returncode != 0, (role, port)
    assert settled.session("api_2").command(reach.format("staging-db-01", 5432)).returncode != 0
    assert ask(settled, "control", f"runuser -l deploy -c 'ssh -n root@{API_2} hostname'") == API_2
    assert ask(settled, "api_2", "systemctl is-active api@1") == "active"
    expect_once(settled, "rejoin")
    assert '"ok"' in ask(settled, "balancer", f"curl --silent --fail http://{API_2}:8051/healthz")


def test_the_check_of_a_restart_changes_nothing_and_says_what_would_change(settled: LiveSandbox) -> None:
    before = settled.measure()
    said = must_play(settled, "restart-service", "--check", "--diff")
    assert settled.measure() == before
    assert count_changes(said) != {"changed=0"}


def test_a_restart_restarts_each_instance_of_the_host_exactly_once(settled: LiveSandbox) -> None:
    must_play(settled, "scale-up")
    before = settled.measure()
    count = "journalctl --unit 'api@*' --output cat --no-pager | grep -c msg=started"
    started = int(ask(settled, "api", count))
    must_play(settled, "restart-service")
    after = settled.measure()
    assert {name for name in before if before[name] != after[name]} == {"api-starts"}
    changed = set(before["api-starts"].splitlines()) ^ set(after["api-starts"].splitlines())
    assert {line.split()[0] for line in changed} == {"api@1.service", "api@2.service"}
    assert int(ask(settled, "api", count)) == started + 2


def test_a_host_is_restarted_while_the_other_one_is_down(settled: LiveSandbox) -> None:
    ask(settled, "api_2", "systemctl stop 'api@*'")
    must_play(settled, "restart-service")


def test_what_does_not_exist_stops_before_anything_is_touched(settled: LiveSandbox) -> None:
    before = settled.measure()
    for values, wanted in REFUSED.items():
        status, said = play(settled, *values.split(" ", 1))
        assert status != 0, values
        assert wanted in " ".join(said.split())
        assert "Nothing was touched." in said
    assert settled.measure() == before


@pytest.mark.parametrize("fault", BAD)
def test_a_release_whose_health_check_fails_is_rolled_back(settled: LiveSandbox, fault: str) -> None:
    ask(settled, "api", BAD[fault])
    before = settled.measure()
    status, said = play(settled, "rollback", PLAYS["rollback"])
    assert status != 0
    assert f"api 2.3.0 is not healthy on {API}, which runs 2.3.1 again" in " ".join(said.split())
    ask(settled, "balancer", "wait-for-servers")
    after = settled.measure()
    assert {name for name in before if before[name] != after[name]} == {"api-starts"}


def test_a_new_instance_that_does_not_start_leaves_as_many_as_before(settled: LiveSandbox) -> None:
    # It is on the second host, so that what was started on the first one has to be taken back as well.
    ask(settled, "api_2", "systemd-run --quiet --unit run-taken python3 -m http.server 8052")
    ask(settled, "api_2", "until (: > /dev/tcp/localhost/8052) 2> /dev/null; do sleep 0.1; done")
    before = settled.measure()
    status, said = play(settled, "scale-up", "service=api replicas=4")
    assert status != 0
    assert f"A new instance on {API_2} is not healthy" in said
    assert settled.measure() == before


def test_no_request_fails_during_a_rollback_and_the_way_forward(settled: LiveSandbox) -> None:
    ask_once = "curl --silent --output /dev/null --write-out '%{http_code}\\n' http://localhost/shipments"
    asking = f"while [ $SECONDS -lt 1000 ] && [ ! -e /run/enough ]; do {ask_once}; sleep 0.05; done; rm -f /run/enough"
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(settled.session("balancer").command, asking, timeout=1100)
        must_play(settled, "rollback")
        status, said = play(settled, "rollback", "app=api version=2.3.1")
        assert status == 0, said
        # Its own session is busy.
        ask(settled, "control", f"runuser -l deploy -c 'ssh -n root@{BALANCER} touch /run/enough'")
        answers = asked.result().stdout.split()
    assert len(answers) > 100
    assert set(answers) == {"200"}


def test_the_text_of_production_does_nothing_in_the_sandbox_of_staging(settled: LiveSandbox, project: Project) -> None:
    expect_nothing_to_act_on(settled, project, "control", at_least=4)
