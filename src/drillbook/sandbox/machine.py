"""What a machine must have: a Docker Engine, Compose v2, the base image, Chromium.

As root on Debian or Ubuntu whatever is missing is installed and started; elsewhere the reader is told, in two lines,
what to install. Nothing here is ever a reason to skip.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from drillbook.core.errors import EngineError, SetupError
from drillbook.core.interrupts import INTERRUPTED, end_on_signals
from drillbook.core.pulse import pulse, say

BASE_IMAGE = "debian:trixie-slim"
RELEASE = "trixie"
COMPOSE = "github.com/docker/compose: version 2.20 or later"
PLUGINS = Path.home() / ".docker" / "cli-plugins"
DOCKERD_LOG = Path("/var/log/drillbook-dockerd.log")
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")


def run(
    command: Sequence[str], *, timeout: float = 60, stdin: int | None = subprocess.DEVNULL
) -> subprocess.CompletedProcess[str]:
    """Run a command of the machine's own, at most `timeout` seconds, its output kept."""
    try:
        return subprocess.run(
            command, stdin=stdin, capture_output=True, text=True, timeout=timeout, check=False, errors="replace"
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: not found")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"{command[0]}: no answer within {timeout:.0f} s")


def must(command: Sequence[str], *, timeout: float = 600) -> str:
    """Run a command that has to succeed; return its standard output."""
    result = run(command, timeout=timeout)
    if result.returncode:
        last = "\n".join((result.stderr or result.stdout).strip().splitlines()[-15:])
        raise SetupError(f"`{' '.join(command)}` ended with exit code {result.returncode}:\n{last}")
    return result.stdout


def can_install() -> bool:
    """Tell whether packages can be installed here: root, on Debian or a child of it."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install Debian packages."""
    say(f"installing {', '.join(packages)}")
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    must([*environment, "apt-get", "-q", "update"], timeout=300)
    must([*environment, "apt-get", "-q", "install", "--yes", "--no-install-recommends", *packages], timeout=900)


def engine_answers() -> bool:
    """Tell whether a Docker Engine answers."""
    return run(["docker", "version", "--format", "{{.Server.Version}}"], timeout=20).returncode == 0


def ensure_engine() -> None:
    """See to it that a Docker Engine answers and has Compose v2; whoever builds wants the base image as well."""
    if not engine_answers():
        if not can_install():
            raise EngineError(
                "no Docker Engine answers. Install Docker Engine 20.10 or later and Compose v2, start it, and see\n"
                "that `docker version` shows a server for this user. Then run the same command again."
            )
        needed = [p for p, c in (("docker.io", "dockerd"), ("iptables", "iptables")) if not shutil.which(c)]
        if needed:
            install(*needed)
        start_engine()
    ensure_compose()


def start_engine() -> None:
    """Start the engine that is installed but does not run: by systemd where that runs, else by hand."""
    if Path("/run/systemd/system").is_dir():
        must(["systemctl", "start", "docker"], timeout=90)
    else:
        say(f"starting dockerd (its log: {DOCKERD_LOG})")
        # A daemon that was killed leaves its pid file, and a new one refuses to start beside it.
        Path("/var/run/docker.pid").unlink(missing_ok=True)
        with DOCKERD_LOG.open("ab") as log:
            # It and all that it starts collect garbage less often: a fifth less work for each container.
            engine = subprocess.Popen(
                ["dockerd"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                env={"GOGC": "400", **os.environ},
            )
        give_share(Path("/sys/fs/cgroup"), engine.pid)
    deadline = time.monotonic() + 45
    while not engine_answers():
        if time.monotonic() > deadline:
            raise EngineError(
                f"the Docker Engine was started but does not answer within 45 s. See {DOCKERD_LOG} "
                "or `journalctl -u docker`, then run the same command again."
            )
        time.sleep(0.5)


def give_share(cgroups: Path, engine: int) -> None:
    """Let an engine that was started by hand, and its containers, have more of the CPU than one busy process each.

    Without systemd the machine's processes lie in the root control group, where all containers together would get no
    more than one of them: a sandbox starves beside a few busy programs. The engine itself has the largest share, as it
    answers the names that containers ask for, within a second.
    """
    second = (cgroups / "cgroup.controllers").exists()
    parent, name, unit = (cgroups, "cpu.weight", 100) if second else (cgroups / "cpu", "cpu.shares", 1024)
    with contextlib.suppress(OSError):  # a kernel without these shares in its own way
        for folder, times in (("docker", 8), ("docker-engine", 64)):
            (parent / folder).mkdir(exist_ok=True)
            (parent / folder / name).write_text(str(unit * times), "utf-8")
        (parent / "docker-engine" / "cgroup.procs").write_text(str(engine), "utf-8")


def ensure_base_image() -> None:
    """See to it that the base image is there: pulled where a registry answers, else made from Debian's packages."""
    if run(["docker", "image", "inspect", BASE_IMAGE]).returncode == 0:
        return
    say(f"fetching {BASE_IMAGE}")
    if run(["docker", "pull", "-q", BASE_IMAGE], timeout=120).returncode == 0:
        return
    if not can_install():
        raise SetupError(
            f"the image {BASE_IMAGE} cannot be pulled. Log in to a registry that has it, or load it by hand:\n"
            f"`debootstrap --variant=minbase {RELEASE} DIR && tar -C DIR -c . | docker import - {BASE_IMAGE}`."
        )
    if not shutil.which("debootstrap"):
        install("debootstrap", "debian-archive-keyring")
    say(f"no registry answers: making {BASE_IMAGE} with debootstrap")
    with tempfile.TemporaryDirectory(prefix="drillbook-base-") as folder:
        root = Path(folder, "root")
        must(["debootstrap", "--variant=minbase", RELEASE, str(root)], timeout=900)
        # As the published slim image: packages without a sync of each file, no translated lists of them (a quarter less
        # work for whoever builds on it); no package lists, no downloaded packages, no documentation.
        (root / "etc/dpkg/dpkg.cfg.d/docker-apt-speedup").write_text("force-unsafe-io\n", "utf-8")
        (root / "etc/apt/apt.conf.d/docker-no-languages").write_text('Acquire::Languages "none";\n', "utf-8")
        unwanted = ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale")
        excludes = [f"--exclude=./{path}/*" for path in unwanted]
        tar = subprocess.Popen(["tar", "-C", str(root), *excludes, "-c", "."], stdout=subprocess.PIPE)
        with tar:
            imported = subprocess.run(
                ["docker", "import", "-", BASE_IMAGE], stdin=tar.stdout, capture_output=True, text=True, check=False
            )
        if tar.returncode or imported.returncode:
            raise SetupError(f"{BASE_IMAGE} could not be imported: {imported.stderr.strip()}")


def compose_answers() -> bool:
    """Tell whether `docker compose` is there, and of version 2."""
    found = run(["docker", "compose", "version", "--short"], timeout=20)
    return found.returncode == 0 and not found.stdout.strip().lstrip("v").startswith("1.")


def ensure_compose() -> None:
    """See to it that Compose v2 is there: Debian's or Ubuntu's package, or Debian 13's binary on an older release."""
    if compose_answers():
        return
    if not can_install():
        raise EngineError(
            "`docker compose` does not answer. Install Compose v2 (the package is called docker-compose-plugin,\n"
            "docker-compose-v2 or, from Debian 13 on, docker-compose). Then run the same command again."
        )
    must(["apt-get", "-q", "update"], timeout=300)
    for package in ("docker-compose-v2", "docker-compose"):
        policy = run(["apt-cache", "policy", package]).stdout
        candidate = next((line.split()[-1] for line in policy.splitlines() if "Candidate:" in line), "")
        if candidate.startswith("2."):
            install(package)
            break
    else:
        _take_compose_from_base_image()
    if not compose_answers():
        raise EngineError("Compose v2 was installed, but `docker compose version` does not answer")


def _take_compose_from_base_image() -> None:
    """Take the plugin's binary out of Debian 13's package; it is static and runs on older releases."""
    ensure_base_image()
    say("taking Compose v2 from Debian 13's package")
    script = (
        "apt-get -q update >&2 && cd /tmp && apt-get -q download docker-compose >&2 "
        "&& dpkg-deb -x docker-compose_*.deb x && cat x/usr/libexec/docker/cli-plugins/docker-compose"
    )
    PLUGINS.mkdir(parents=True, exist_ok=True)
    half = PLUGINS / ".docker-compose.half"
    with half.open("wb") as file:
        done = subprocess.run(
            ["docker", "run", "--rm", BASE_IMAGE, "sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.PIPE,
            check=False,
            timeout=300,
        )
    if done.returncode:
        raise SetupError(f"Compose v2 could not be fetched: {done.stderr.decode(errors='replace').strip()}")
    half.chmod(0o755)
    half.replace(PLUGINS / "docker-compose")


def find_chromium() -> str | None:
    """Return the path of Chromium, if there is one: the build without windows costs half the CPU."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def ensure_chromium() -> str:
    """See to it that Chromium is there; return its path."""
    if (found := find_chromium()) is None and can_install():
        install(CHROMIUM[0])
        found = find_chromium()
    if found is None:
        raise SetupError(
            f"no Chromium is found. Install the package `{CHROMIUM[0]}` so that `{CHROMIUM[0]} --version` answers.\n"
            "Then run the same command again."
        )
    return found


def find_faketime() -> Path | None:
    """Return the library that gives a program another clock, if there is one."""
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def ensure_faketime() -> Path:
    """See to it that libfaketime is there, with which tests let a program's clock jump; return its path."""
    if (found := find_faketime()) is None and can_install():
        install("libfaketime")
        found = find_faketime()
    if found is None:
        raise SetupError("no libfaketime is found below /usr/lib. Install it. Then run the same command again.")
    return found


def main() -> int:
    """Set up everything that the tests need; `python -m drillbook.sandbox.machine`."""
    end_on_signals()
    try:
        with pulse():
            ensure_engine()
            ensure_chromium()
            ensure_faketime()
    except KeyboardInterrupt:
        return INTERRUPTED
    except SetupError as error:
        say(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
