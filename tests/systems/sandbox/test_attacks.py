"""Attempts from inside a sandbox, as root there, to reach, to write or to starve what is not its own.

Against the project's own containers only, each bounded. What the granted capabilities would allow beyond that is not
tried here: the threat model says it.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drillbook.core.errors import SetupError
from drillbook.project.project import Project
from drillbook.sandbox.docker import PROJECT_LABEL, docker, inspect, try_docker
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

# Answers on all addresses, of both families: a way in is shown by whoever gets an answer.
LISTENER = """
import selectors, socket
selector = selectors.DefaultSelector()
STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM
for kind, port in ((STREAM, 7000), (DATAGRAM, 7001), (DATAGRAM, 53), (STREAM, 53)):
    one = socket.socket(socket.AF_INET6, kind)
    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    one.bind(("::", port))
    if kind == STREAM:
        one.listen()
    selector.register(one, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in selector.select():
        if key.fileobj.type == STREAM:
            taken = key.fileobj.accept()[0]
            taken.sendall(b"reached")
            taken.close()
        else:
            message, sender = key.fileobj.recvfrom(512)
            key.fileobj.sendto(b"reached", sender)
"""
ATTEMPT = """
import socket, sys
way, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
with socket.socket(family, socket.SOCK_STREAM if way == "tcp" else socket.SOCK_DGRAM) as one:
    one.settimeout(10)
    one.connect((address, port))
    if way == "udp":
        one.send(b"hello")
    print(one.recv(7).decode())
"""
WAYS = (("tcp", 7000), ("udp", 7001), ("udp", 53), ("tcp", 53))
SUBNET = "fd00:d111:b00c::/64"


@pytest.fixture(scope="module")
def outsider(shared: LiveSandbox) -> Iterator[dict[str, str]]:
    """Start a container of ours on another network, with IPv6 too; return its addresses by family, and its name."""
    name, label = f"{shared.name}-outsider", f"{PROJECT_LABEL}={shared.name}"
    image = inspect(shared.hosts.containers["app"])[0]["Image"]
    docker("network", "create", "--ipv6", "--subnet", SUBNET, "--label", label, name)
    try:
        limits = ("--memory", "64m", "--pids-limit", "16", "--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE")
        docker(
            *("run", "--detach", "--init", "--name", name, "--label", label, "--network", name, *limits),
            *("--entrypoint", "python3", image, "-I", "-c", LISTENER),
        )
        (network,) = inspect(name)[0]["NetworkSettings"]["Networks"].values()
        yield {"name": name, "v4": network["IPAddress"], "v6": network["GlobalIPv6Address"]}
    finally:
        docker("rm", "--force", name)
        docker("network", "rm", name)


@pytest.fixture(scope="module")
def other(project: Project) -> Iterator[LiveSandbox]:
    """Hold another sandbox of the same system, whose hosts are started by a runtime that a setting names."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DRILLBOOK_RUNTIME", "io.containerd.runc.v2")
            sandbox = stack.enter_context(open_sandbox(project, "voiceassist", "staging"))
        yield sandbox


@pytest.fixture
def changing(live: LiveSandbox) -> Iterator[None]:
    """Let the next test have the sandbox in its known state, whatever this one breaks."""
    with live.changing():
        yield


@pytest.mark.parametrize("family", ["v4", "v6"])
def test_a_container_on_another_network_is_not_reached(
    live: LiveSandbox, outsider: dict[str, str], family: str
) -> None:
    for way, port in WAYS:
        attempt = ("python3", "-I", "-c", ATTEMPT, way, outsider[family], str(port))
        assert docker("exec", outsider["name"], *attempt) == "reached\n", "it does not answer even itself"
        tried = live.session("app").command(shlex.join(attempt), timeout=60)
        assert tried.returncode == 1, (way, port, tried)
        # Without an address of that family there is nothing to send from.
        assert any(word in tried.stderr for word in ("unreachable", "Cannot assign requested address")), tried.stderr


def test_no_name_outside_is_resolved(live: LiveSandbox, outsider: dict[str, str]) -> None:
    for name in (outsider["name"], "drillbook.invalid", "localhost.example"):
        tried = live.session("app").command(f"getent hosts {name}", timeout=60)
        assert (tried.returncode, tried.stdout) == (2, "")
    # The resolver's name for the machine, which Docker Desktop and some engines know.
    assert live.session("app").command("getent hosts host.docker.internal", timeout=60).returncode == 2


def test_another_sandbox_of_the_same_system_is_not_reached(
    live: LiveSandbox, other: LiveSandbox, project: Project
) -> None:
    (network,) = inspect(other.hosts.containers["app"])[0]["NetworkSettings"]["Networks"].values()
    attempt = f"timeout 30 bash -c '< /dev/tcp/{network['IPAddress']}/22'"
    assert other.session("app").command(attempt).returncode == 0
    assert live.session("app").command(attempt).returncode != 0
    name = project.environments["staging"].values["voiceassist"]["hosts"]["app"]["name"]
    assert live.session("app").command(f"getent hosts {name}").returncode == 2
    other.hosts.check_seal()


def test_the_engine_inside_is_not_the_machines(live: LiveSandbox) -> None:
    machine = docker("info", "--format", "{{.ID}}").strip()
    sockets = live.session("app").command(r"find / -xdev -type s -name '*docker*.sock'; ls /run/docker.sock").stdout
    assert "/run/docker.sock" in sockets, "the host has an engine of its own"
    for socket in set(sockets.split()):
        asked = live.session("app").command(f"curl --silent --unix-socket {socket} http://engine/info").stdout
        assert json.loads(asked)["ID"] not in ("", machine)
        listed = live.session("app").command(
            f"curl --silent --unix-socket {socket} http://engine/containers/json?all=1"
        )
        assert live.name not in listed.stdout


def test_nothing_of_the_machine_is_mounted_but_volumes_of_its_own(live: LiveSandbox, tmp_path: Path) -> None:
    mounts = live.session("app").command("cat /proc/1/mountinfo").stdout.splitlines()
    found = set()
    for line in mounts:
        place, point = line.split()[3:5]
        kind = line.split(" - ")[1].split()[0]
        if kind not in ("overlay", "tmpfs", "proc", "sysfs", "cgroup", "cgroup2", "mqueue", "devpts", "nsfs", "ramfs"):
            found.add((place, point))
    volumes, files = {one for one in found if "/volumes/" in one[0]}, {one for one in found if "/containers/" in one[0]}
    assert found == volumes | files
    assert all("/volumes/drillbook-" in place for place, _ in volumes), volumes
    assert {point for _, point in files} <= {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}
    (tmp_path / "marker").write_text("of the machine")
    for above in ("", "/proc/1/root", "/proc/self/root"):
        assert live.session("app").command(f"cat {above}{tmp_path}/marker").returncode != 0


def test_the_machines_disk_is_not_opened(live: LiveSandbox) -> None:
    assert live.session("app").command("find / /dev -xdev -type b").stdout == ""
    device = os.stat("/").st_dev
    made = live.session("app").command(f"mknod /run/disk b {os.major(device)} {os.minor(device)}")
    assert made.returncode == 1
    assert "Operation not permitted" in made.stderr


def test_the_machines_processes_are_not_seen(live: LiveSandbox) -> None:
    with subprocess.Popen(["sleep", "4711"]) as sleeper:
        try:
            assert "sleep 4711" not in live.session("app").command("ps -eo args").stdout
            assert (
                live.session("app")
                .command("ls /proc/1/root/proc/1/comm && cat /proc/1/comm")
                .stdout.endswith("systemd\n")
            )
        finally:
            sleeper.kill()


MACHINES = (
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/panic",
    "/proc/sys/fs/file-max",
    "/proc/irq/default_smp_affinity",
)


def test_what_is_mounted_read_only_is_not_written(live: LiveSandbox) -> None:
    before = {path: Path(path).read_text() for path in MACHINES if os.access(path, os.R_OK)}
    assert len(before) > 2
    # A kernel may be built without the last one.
    for path in (*before, *(path for path in ("/proc/sysrq-trigger",) if os.path.exists(path))):
        tried = live.session("app").command(f"echo 1 > {path}")
        assert tried.returncode != 0, path
        assert any(word in tried.stderr for word in ("Read-only", "denied", "not permitted")), tried.stderr
    assert {path: Path(path).read_text() for path in before} == before
    layers = live.session("app").command("touch /var/lib/docker-layers/mine")
    assert "Read-only file system" in layers.stderr


FORKS = """
import os, signal, sys, time
children = []
try:
    for _ in range(6000):
        pid = os.fork()
        if not pid:
            time.sleep(60)
            os._exit(0)
        children.append(pid)
except OSError as error:
    print(len(children), error.strerror)
finally:
    for pid in children:
        os.kill(pid, signal.SIGKILL)
"""
MEMORY = """
kept = []
for _ in range(40):
    kept.append(bytearray(b"x") * (100 << 20))
print("all of it")
"""
FILES = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
kept = []
try:
    for _ in range(100_000):
        kept.append(open("/dev/null"))
except OSError as error:
    print(error.strerror)
print(len(kept))
"""


def expect_neighbours(live: LiveSandbox, outsider: dict[str, str]) -> None:
    """A container beside it, the machine, and the sandbox itself go on."""
    assert docker("exec", outsider["name"], "echo", "well") == "well\n"
    assert subprocess.run(["true"], check=False).returncode == 0
    live.reset()
    live.hosts.check_seal()
    assert all(live.measure().values())


@pytest.mark.usefixtures("changing")
def test_processes_run_out_inside_only(live: LiveSandbox, outsider: dict[str, str]) -> None:
    tried = live.session("app").command(f"python3 -I -c '{FORKS}'", timeout=400)
    number, said = tried.stdout.split(" ", 1)
    assert 500 < int(number) < 2048
    assert said == "Resource temporarily unavailable\n"
    expect_neighbours(live, outsider)


@pytest.mark.usefixtures("changing")
def test_memory_runs_out_inside_only(live: LiveSandbox, outsider: dict[str, str]) -> None:
    (container,) = inspect(live.hosts.containers["app"])
    assert 0 < container["HostConfig"]["Memory"] < 40 * (100 << 20), "less than what is asked for"
    try:
        tried = live.session("app").command(f"python3 -I -c '{MEMORY}'", timeout=400)
    except SetupError:
        pass  # the kernel may choose the session: that is an errored run
    else:
        assert tried.returncode in (-9, 137)
        assert "all of it" not in tried.stdout
    expect_neighbours(live, outsider)


@pytest.mark.usefixtures("changing")
def test_open_files_run_out_inside_only(live: LiveSandbox, outsider: dict[str, str]) -> None:
    tried = live.session("app").command(f"python3 -I -c '{FILES}'", timeout=400)
    assert int(tried.stdout.split()[-1]) >= 1000
    used, _, most = map(int, Path("/proc/sys/fs/file-nr").read_text().split())
    assert used < most / 2
    expect_neighbours(live, outsider)


@pytest.mark.usefixtures("changing")
def test_disk_that_was_filled_is_given_back(live: LiveSandbox) -> None:
    container = live.hosts.containers["app"]
    assert live.session("app").command("dd if=/dev/zero of=/srv/full bs=1M count=1024", timeout=400).returncode == 0
    assert int(docker("inspect", "--size", "--format", "{{.SizeRw}}", container)) > 1 << 30
    live.reset()
    # What a container wrote goes with it.
    assert try_docker("inspect", container)[0] == 1


def test_a_flood_of_output_is_cut_off(live: LiveSandbox) -> None:
    flood = live.session("app").command("head --bytes=1G /dev/zero | tr '\\0' x", timeout=400)
    assert flood.capped
    assert len(flood.stdout) <= 1 << 20


def test_another_runtime_is_asked_for_by_a_setting(
    other: LiveSandbox, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (container,) = inspect(other.hosts.containers["app"])
    assert container["HostConfig"]["Runtime"] == "io.containerd.runc.v2"
    monkeypatch.setenv("DRILLBOOK_RUNTIME", "none-such")
    with pytest.raises(SetupError, match="none-such"), open_sandbox(project, "voiceassist", "staging"):
        pass
