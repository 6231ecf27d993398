"""What the cluster of CloudForge Aegis promises beyond single snippets: it scales, it is brought back, rights hold."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest

from drillbook.project.project import Project
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from tests.systems.sandbox.foreign import expect_nothing_to_act_on
from tests.systems.sandbox.reading import ask, run
from tests.systems.sandbox.stillness import expect_stillness

pytestmark = [pytest.mark.docker, pytest.mark.system("cloudforge-aegis")]

KUBECTL = "admin-kubectl --namespace aegis"
ON_CALL = "env KUBECACHEDIR=/var/cache/kubectl runuser -u deploy -- kubectl --context aegis-staging"
REQUESTS = "sum(increase(aegis_http_requests_total[5m]))"
DAMAGE = {
    "bad-image": f"{KUBECTL} set image deployment/aegis-api aegis-api=localhost/aegis-api:0.0.1",
    "cordoned": 'admin-kubectl cordon "$HOSTNAME"',
    "changed-settings": f"""{KUBECTL} patch configmap aegis-api --type merge -p '{{"data":{{"DB_POOL_SIZE":"1"}}}}'""",
    "stopped-scheduler": "systemctl stop kube-scheduler",
}
ANEW = (
    "admin-kubectl create namespace left-behind",
    f"{KUBECTL} label deployment aegis-api left=behind",
    'admin-kubectl annotate node "$HOSTNAME" left=behind',
    f"""{KUBECTL} patch configmap aegis-api --type merge -p '{{"data":{{"LEFT":"behind"}}}}'""",
    f"{KUBECTL} delete service aegis-api",
)
"""Each needs a new node; the last one would be in the way of others."""
PARTS = ("deployments", "replicas", "autoscalers", "nodes")
"""What is the same on another node; keys, addresses and times are not."""
FORBIDDEN = (
    "-n kube-system get secrets",
    "-n kube-system delete service kube-dns",
    "-n stand-ins scale deployment ai-provider-one --replicas 0",
    "drain cf-k8s-01.staging.cloudforge.example",
    "delete namespace aegis",
)


@pytest.fixture(scope="module")
def shared(project: Project) -> Iterator[LiveSandbox]:
    with open_sandbox(project, "cloudforge-aegis", "staging") as sandbox:
        yield sandbox


def count_replicas(live: LiveSandbox) -> int:
    """Return how many pods of Aegis the autoscaler wants."""
    return int(ask(live, "node", f"{KUBECTL} get deployment aegis-api --output jsonpath='{{.spec.replicas}}'"))


def wait_until(done: Callable[[], bool], otherwise: str) -> None:
    """Wait for something for five minutes at most."""
    deadline = time.monotonic() + 300
    while not done():
        assert time.monotonic() < deadline, otherwise
        time.sleep(1)


def list_names(lines: str) -> list[str]:
    """Return what a probe names, without the sums of the contents."""
    return [line.rsplit(" ", 1)[0] for line in lines.splitlines()]


def test_every_probe_is_still_for_a_minute_on_an_idle_sandbox(settled: LiveSandbox) -> None:
    expect_stillness(settled)


def count_requests(live: LiveSandbox, of: str = "") -> float:
    """Return how many requests the pods that run have answered."""
    said = ask(live, "monitoring", f"promql <<< 'sum(aegis_http_requests_total{of}) or vector(0)'")
    found = re.search(r"=> ([0-9.e+]+) @", said)
    assert found, said
    return float(found[1])


def test_metrics_stand_on_a_thousand_requests_and_none_of_them_failed(settled: LiveSandbox) -> None:
    found = re.search(r"=> ([0-9.e+]+) @", ask(settled, "monitoring", f"promql <<< '{REQUESTS}'"))
    assert found
    assert float(found[1]) >= 1000
    # By counters: another test may have let some fail a minute ago.
    answered, failed = count_requests(settled), count_requests(settled, '{status=~"5.."}')
    ask(settled, "node", "requests")
    ask(settled, "monitoring", "wait-for-scrape")
    assert count_requests(settled) - answered >= 1000
    assert count_requests(settled, '{status=~"5.."}') == failed


def test_requests_are_laid_only_where_something_is_read(settled: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drillbook.sandbox.live.FRESH", 0.0)
    answered = count_requests(settled)
    settled.traffic(reading=False)
    ask(settled, "monitoring", "wait-for-scrape")
    assert count_requests(settled) - answered < 100
    settled.traffic()
    assert count_requests(settled) - answered >= 1000


def test_the_autoscaler_adds_pods_under_load_and_takes_them_away_again(settled: LiveSandbox) -> None:
    assert count_replicas(settled) == 2
    address = ask(
        settled, "node", f"{KUBECTL} get pods -l app=aegis-api --output jsonpath='{{.items[0].status.podIP}}'"
    )
    # It ends by itself after five minutes, and sooner where the autoscaler has seen it.
    ask(settled, "node", f"systemd-run --quiet --unit make-load make-load http://{address}:8080 300")
    try:
        wait_until(lambda: count_replicas(settled) > 2, "the autoscaler adds no pod under load")
    finally:
        ask(settled, "node", "systemctl stop make-load")
    assert "SuccessfulRescale" in ask(settled, "node", f"{KUBECTL} describe hpa aegis-api")
    wait_until(lambda: count_replicas(settled) == 2, "the autoscaler keeps its pods, and the load has ended")


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_restore_brings_back_needs_no_new_node(settled: LiveSandbox, damage: str) -> None:
    before = settled.measure()
    node = settled.hosts.containers["node"]
    ask(settled, "node", damage)
    damaged = settled.measure()
    assert damaged != before
    settled.settle(before, damaged, left=False)
    settled.bring_back()
    assert settled.hosts.containers["node"] == node
    assert settled.sandbox.keep_lasting(settled.measure()) == settled.sandbox.keep_lasting(before)


def test_what_restore_does_not_bring_back_takes_a_new_node(
    settled: LiveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = settled.measure()
    node = settled.hosts.containers["node"]
    asked: list[str] = []
    with monkeypatch.context() as patch:
        # A node is made once, for all that ask for it.
        patch.setattr(LiveSandbox, "reset", lambda live: asked.append(live.name))
        for number, damage in enumerate(ANEW, start=1):
            sound = settled.measure()
            ask(settled, "node", damage)
            settled.settle(sound, settled.measure(), left=False)
            settled.bring_back()
            assert len(asked) == number, damage
            assert settled.sandbox.keep_lasting(settled.measure()) != settled.sandbox.keep_lasting(sound), damage
    settled.bring_back()
    assert settled.hosts.containers["node"] != node
    after = settled.measure()
    assert {part: after[part] for part in PARTS} == {part: before[part] for part in PARTS}
    assert list_names(after["objects"]) == list_names(before["objects"])


def explain(live: LiveSandbox) -> tuple[str, str]:
    """Ask a pod for what the AI provider says of a finding; return the status and the source of the answer."""
    address = ask(live, "node", f"{KUBECTL} get pods -l app=aegis-api --output jsonpath='{{.items[0].status.podIP}}'")
    url = f"http://{address}:8080/api/v1/findings/4/explanation"
    answer = ask(live, "node", f"curl -s -m 50 -X POST -w '\\n%{{http_code}}' {url}")
    found = re.search(r'"source": ?"([^"]+)"', answer)
    return answer.splitlines()[-1], found[1] if found else ""


def set_mode(live: LiveSandbox, number: str, mode: str) -> None:
    """Make a provider's stand-in answer well, or not."""
    deployment = f"deployment/ai-provider-{number}"
    ask(live, "node", f"admin-kubectl -n stand-ins set env {deployment} MODE={mode}")
    ask(live, "node", f"admin-kubectl -n stand-ins rollout status {deployment} --timeout=50s && settle")
    # Until the cluster's network knows of the exchange, a question still goes to the pod that is gone, and times out.
    wait_until(lambda: explain(live)[0] != "504", "questions go to a provider's pod that is gone")


def test_what_is_turned_on_when_the_provider_fails_helps_and_the_log_blocks_show_it(
    settled: LiveSandbox, project: Project
) -> None:
    assert explain(settled) == ("200", "provider")
    set_mode(settled, "one", "failing")
    assert explain(settled)[0] == "503"
    assert re.search(
        r"^[1-9]\d* of \d+ lines speak of an error$",
        run(settled, project, "recent-errors"),
        re.MULTILINE,
    )
    assert re.search(r"^[1-9]\d* of \d+ lines are errors$", run(settled, project, "error-log"), re.MULTILINE)
    run(settled, project, "enable-fallback")
    ask(settled, "node", "settle")
    assert explain(settled) == ("200", "provider")
    set_mode(settled, "two", "rate-limiting")
    assert explain(settled)[0] == "503"
    assert re.search(r"^[1-9]\d* of \d+ lines speak of", run(settled, project, "rate-limits"), re.MULTILINE)
    run(settled, project, "static-analysis-on")
    ask(settled, "node", "settle")
    assert explain(settled) == ("200", "static analysis")


def test_the_cache_answers_while_the_provider_fails(settled: LiveSandbox, project: Project) -> None:
    run(settled, project, "enable-cache")
    ask(settled, "node", "settle")
    assert explain(settled) == ("200", "provider")
    set_mode(settled, "one", "failing")
    assert explain(settled) == ("200", "cache")


def test_whoever_is_on_call_may_not_do_everything(settled: LiveSandbox) -> None:
    before = settled.measure()
    assert "aegis-api" in ask(settled, "workstation", f"{ON_CALL} -n aegis get deployments")
    for command in FORBIDDEN:
        result = settled.session("workstation").command(f"{ON_CALL} {command}")
        assert result.returncode != 0, command
        assert "Forbidden" in result.stderr or "forbidden" in result.stderr, (command, result.stderr)
    assert settled.measure() == before


def test_the_text_of_production_does_nothing_in_the_sandbox_of_staging(settled: LiveSandbox, project: Project) -> None:
    said = ('context "aegis-production" does not exist',)
    expect_nothing_to_act_on(settled, project, "workstation", at_least=11, said=said)
