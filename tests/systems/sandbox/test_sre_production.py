"""What the runbooks of the production namespace promise beyond snippets: remedies help, and the bot keeps its word."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drillbook.project.project import Project
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox
from tests.systems.sandbox.foreign import expect_nothing_to_act_on
from tests.systems.sandbox.reading import ask, run
from tests.systems.sandbox.stillness import expect_stillness

pytestmark = [pytest.mark.docker, pytest.mark.system("sre-production")]

KUBECTL = "admin-kubectl --namespace production"
HEALTH = "/api/v1/namespaces/production/services/api-service:8080/proxy/healthz"
FLAG_SECONDS = 120
"""The page says how soon a pod sees that a feature was turned off."""


@pytest.fixture(scope="module")
def shared(project: Project) -> Iterator[LiveSandbox]:
    with open_sandbox(project, "sre-production", "staging") as sandbox:
        yield sandbox


def say(live: LiveSandbox, text: str) -> tuple[int, str]:
    """Type a text into Slack; return the status and what was said."""
    result = live.session("chat").run(text, user="root", directory="/", timeout=120, command="slack", given=text)
    return result.returncode, (result.stdout + result.stderr).strip()


def find_pod(live: LiveSandbox) -> str:
    """Return where one pod of the service answers, once the old ones are gone."""
    name = "jsonpath='{.items[0].status.podIP}'"
    return "http://" + ask(live, "node", f"settle && {KUBECTL} get pods -l app=api-service -o {name}") + ":8080"


def visit(live: LiveSandbox, path: str, *options: str) -> tuple[int, Any]:
    """Ask one pod of the service; return the status and what it answers."""
    command = f"curl -s -w '\\n%{{http_code}}' {' '.join(options)} {find_pod(live)}{path}"
    body, _, status = ask(live, "node", command).rpartition("\n")
    return int(status), json.loads(body)


def read_image(live: LiveSandbox) -> str:
    """Return the version that the deployment names."""
    image = ask(live, "node", f"{KUBECTL} get deployment api-service -o jsonpath='{{..containers[0].image}}'")
    return image.rpartition(":")[2]


def read_replica_set(live: LiveSandbox) -> str:
    """Return which of its replica sets the deployment runs, once it is settled."""
    name = "jsonpath='{.items[0].metadata.ownerReferences[0].name}'"
    return ask(live, "node", f"settle && {KUBECTL} get pods -l app=api-service -o {name}")


def wait_for(seconds: float, found: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, f"it was not so within {seconds} seconds"
        time.sleep(0.5)


def set_provider(live: LiveSandbox, mode: str) -> None:
    """Let the payments provider work, or fail."""
    k = "admin-kubectl --namespace stand-ins"
    ask(live, "node", f"{k} set env deployment/payments-provider MODE={mode}")
    ask(live, "node", f"{k} rollout status deployment/payments-provider --timeout=250s && settle")


def test_every_probe_is_still_for_a_minute_on_an_idle_sandbox(settled: LiveSandbox) -> None:
    expect_stillness(settled)


def test_the_text_of_production_does_nothing_in_the_sandbox_of_staging(settled: LiveSandbox, project: Project) -> None:
    said = ('context "prod-cluster" does not exist', "Could not connect to Redis at prod-db-01.sre.example")
    expect_nothing_to_act_on(settled, project, "workstation", at_least=11, said=said)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/incident-declare", "Error: the form is /incident-declare <severity>"),
        ("/incident-declare sev-9", "Error: severity: one of sev-1, sev-2, sev-3, sev-4 was expected, not 'sev-9'"),
        ("/incident-withdraw 002", "Error: 002 is no open incident of yours"),
        ("/incident-reopen 002", "Error: 002 is not resolved"),
        ("/rollback-emergency web", "Error: web is no service of mine"),
        ("/rollback-emergency api-service forward", "Error: api-service was not rolled back here"),
        ("/feature-flag-toggle old-checkout off", "Error: there is no feature old-checkout"),
        ("/feature-flag-toggle new-checkout 0", "Error: state: one of on, off was expected, not '0'"),
        ("/postmortem-generate 002", "Error: 002 is not resolved"),
        ("nobody is meant", "slack: nobody answered"),
    ],
)
def test_a_wrong_text_fails_and_changes_nothing(settled: LiveSandbox, text: str, answer: str) -> None:
    before = settled.measure()
    status, said = say(settled, text)
    assert status != 0
    assert answer in said
    assert settled.measure() == before


def test_an_incident_has_a_channel_and_one_draft(settled: LiveSandbox) -> None:
    before = settled.measure()
    assert say(settled, "/incident-declare sev-2")[0] == 0
    record = json.loads(settled.measure()["incidents"].splitlines()[-1])
    assert (record["severity"], record["state"], record["by"]) == ("sev-2", "open", "deploy")
    assert record["id"] in settled.measure()["channels"].splitlines()
    assert say(settled, f"/incident-resolve {record['short']} \"It was 'the cache'; $(reboot)\"")[0] == 0
    assert say(settled, f"/postmortem-generate {record['id']}")[0] == 0
    draft = ask(settled, "chat", f"cat /srv/postmortems/{record['id']}.md")
    for words in (f"# Post-mortem: {record['id']}", "Severity: SEV-2", "Duration: 0 minutes", "'the cache'; $(reboot)"):
        assert words in draft
    status, said = say(settled, f"/postmortem-generate {record['id']}")
    assert (status, said) == (1, f"Error: /srv/postmortems/{record['id']}.md is there already")
    after = settled.measure()
    assert {name for name in before if before[name] != after[name]} == {"incidents", "channels", "postmortems"}


def test_a_rollback_goes_to_the_version_before_whatever_was_restarted(settled: LiveSandbox, project: Project) -> None:
    run(settled, project, "restart")
    assert visit(settled, "/healthz")[1]["version"] == "2.7.1"
    left = read_replica_set(settled)
    run(settled, project, "rollback")
    assert (read_image(settled), visit(settled, "/healthz")[1]["version"]) == ("2.7.0", "2.7.0")
    rolled = settled.measure()
    status, said = say(settled, "/rollback-emergency api-service")
    assert (status, said) == (1, "Error: api-service is rolled back already")
    assert settled.measure() == rolled
    run(settled, project, "restart")
    run(settled, project, "forward")
    assert (read_image(settled), visit(settled, "/healthz")[1]["version"]) == ("2.7.1", "2.7.1")
    assert read_replica_set(settled) == left


def test_forward_is_refused_once_a_mended_release_was_deployed_and_that_one_can_be_rolled_back(
    settled: LiveSandbox, project: Project
) -> None:
    release = "{op: replace, path: /spec/template/spec/containers/0/image, value: localhost/api-service:2.7.1}"
    mended = "{op: add, path: /spec/template/spec/containers/0/env/-, value: {name: MENDED, value: 'yes'}}"
    run(settled, project, "rollback")
    ask(settled, "node", f'settle && {KUBECTL} patch deployment api-service --type json -p "[{release}, {mended}]"')
    ask(settled, "node", "settle")
    left = read_replica_set(settled)
    before = settled.measure()
    status, said = say(settled, "/rollback-emergency api-service forward")
    assert status == 1
    assert said == "Error: api-service was deployed after it was rolled back, and runs 2.7.1: nothing is changed"
    assert settled.measure() == before
    run(settled, project, "rollback")
    assert (read_image(settled), visit(settled, "/healthz")[1]["version"]) == ("2.7.0", "2.7.0")
    run(settled, project, "forward")
    ask(settled, "node", "settle")
    assert (read_image(settled), read_replica_set(settled)) == ("2.7.1", left)


def test_a_rollback_that_does_not_come_up_leaves_the_old_pods_serving_until_it_is_taken_back(
    settled: LiveSandbox, project: Project
) -> None:
    before = settled.measure()
    ask(settled, "node", 'admin-kubectl cordon "$HOSTNAME"')
    run(settled, project, "rollback")
    assert read_image(settled) == "2.7.0"
    answer = ask(settled, "node", f"{KUBECTL} get --raw {HEALTH}")
    assert json.loads(answer)["version"] == "2.7.1"
    run(settled, project, "forward")
    ask(settled, "node", 'admin-kubectl uncordon "$HOSTNAME" && settle')
    after = settled.measure()
    assert read_image(settled) == "2.7.1"
    assert {name for name in before if before[name] != after[name]} <= {"revisions"}


def test_slack_does_not_wait_for_a_bot_that_takes_longer_than_three_seconds(settled: LiveSandbox) -> None:
    wake = "systemd-run --quiet --collect --on-active=4 --timer-property=AccuracySec=100ms"
    ask(settled, "chat", f"{wake} systemctl kill --signal=CONT sre-bot && systemctl kill --signal=STOP sre-bot")
    status, said = say(settled, "/feature-flag-toggle new-checkout on")
    assert status == 1
    assert "slack: operation_timeout is shown instead" in said


def test_pods_see_a_feature_that_is_turned_off(settled: LiveSandbox, project: Project) -> None:
    read = f"{KUBECTL} exec deploy/api-service -- cat /etc/api-service/flags/new-checkout"
    assert ask(settled, "node", read) == "on"
    run(settled, project, "flag-off")
    wait_for(FLAG_SECONDS, lambda: ask(settled, "node", read) == "off")
    run(settled, project, "flag-on")


def test_the_cache_answers_without_the_database(settled: LiveSandbox, project: Project) -> None:
    assert "cache:answer:" not in settled.measure()["cache"]
    run(settled, project, "caching-on")
    status, answer = visit(settled, "/api/products")
    assert status == 200
    assert "cache:answer:/api/products " in settled.measure()["cache"]
    ask(settled, "db", "systemctl stop postgresql@17-main")
    assert visit(settled, "/api/products") == (200, answer)
    assert visit(settled, "/api/customers/1/orders")[0] == 503
    ask(settled, "db", "systemctl start postgresql@17-main")
    run(settled, project, "caching-off")


def test_who_is_signed_in_stays_so_when_the_cache_is_cleared(settled: LiveSandbox, project: Project) -> None:
    status, answer = visit(settled, "/api/sessions", "-X", "POST", "-d", """'{"customer": 7}'""")
    assert status == 200
    carried = ("-H", f"'Authorization: Bearer {answer['token']}'")
    assert visit(settled, "/api/me", *carried) == (200, {"customer": 7})
    run(settled, project, "clear-cache")
    assert settled.measure()["cache"] == ""
    assert visit(settled, "/api/me", *carried) == (200, {"customer": 7})


def test_errors_of_every_pod_are_found_in_the_order_of_time(settled: LiveSandbox, project: Project) -> None:
    each = "'{range .items[*]}{.metadata.name} {.status.podIP}{\"\\n\"}{end}'"
    found = ask(settled, "node", f"settle && {KUBECTL} get pods -l app=api-service -o jsonpath={each}")
    pods = dict(line.split() for line in found.splitlines())
    ask(settled, "db", "systemctl stop postgresql@17-main")
    # The last pod has an error before and after the others.
    asked = [*reversed(pods), [*pods][-1]]
    for pod in asked:
        ask(settled, "node", f"curl -s -o /dev/null http://{pods[pod]}:8080/api/customers/1/orders")
    ask(settled, "db", "systemctl start postgresql@17-main")
    fatal = "echo time=$(date -u +%FT%T.999Z) level=FATAL msg=gone"
    ask(settled, "node", f"{KUBECTL} exec {asked[0]} -- sh -c '{fatal} > /proc/1/fd/1'")
    *lines, total = run(settled, project, "error-log").splitlines()
    errors = [line for line in lines if "level=ERROR" in line or "level=FATAL" in line]
    assert [line.split("/")[1] for line in errors] == [*asked, asked[0]]
    assert "level=FATAL" in errors[-1]
    counts = {f"{asked.count(pod) + (pod == asked[0])} in [pod/{pod}/api-service]" for pod in pods}
    assert counts <= set(lines)
    assert total.startswith(f"{len(errors)} of ")


def test_whoever_asks_too_often_is_refused(settled: LiveSandbox, project: Project) -> None:
    often = "curl -s -o /dev/null -w '%{{http_code}}\\n' '{}/api/products/[1-40]?[1-3]' | sort -u"
    assert ask(settled, "node", often.format(find_pod(settled))) == "200"
    run(settled, project, "rate-limit-on")
    assert ask(settled, "node", often.format(find_pod(settled))).split() == ["200", "429"]
    run(settled, project, "rate-limit-off")


def test_a_provider_that_fails_is_done_without_and_what_it_refused_is_sent_later(
    settled: LiveSandbox, project: Project
) -> None:
    order = ("-X", "POST", "-d", """'{"customer": 1, "product": 2}'""")
    set_provider(settled, "failing")
    assert visit(settled, "/api/products/1")[0] == 503
    assert visit(settled, "/api/orders", *order)[0] == 503
    run(settled, project, "fallback-on")
    status, answer = visit(settled, "/api/products/1")
    assert (status, "degraded" in answer) == (200, True)
    run(settled, project, "fallback-off")
    run(settled, project, "queue-retry-on")
    status, answer = visit(settled, "/api/orders", *order)
    assert (status, answer["state"]) == (200, "waiting")
    assert "retry:payments list" in settled.measure()["redis"]
    run(settled, project, "queue-retry-off")
    set_provider(settled, "well")
    state = f"""sql <<< 'SELECT state FROM customer_order WHERE id = {answer["order"]}'"""
    wait_for(30, lambda: "paid" in ask(settled, "db", f"bash -c {json.dumps(state)}"))
    assert "retry:payments" not in settled.measure()["redis"]
