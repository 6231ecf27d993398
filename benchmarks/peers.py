"""What other tools say of the broken snippets in tests/broken: `nox -s peers`.

Each text is given to each tool as its own format has it, and run in the sandbox of VoiceAssist, as the user and in the
folder that the snippet names; the sandbox is brought back after each. Writes tests/broken/peers.json, and from it and
the tables beside it those of the handbook. `--page` writes these alone.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from drillbook.core.model import Rendered
from drillbook.core.rules import Channel, Contains, Equals, JsonSubset
from drillbook.project.project import Project, load_project, render
from drillbook.sandbox.docker import docker
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.machine import ensure_engine
from drillbook.sandbox.opening import open_sandbox
from drillbook.sandbox.protocol import Outcome

ROOT = Path(__file__).resolve().parents[1]
BROKEN = ROOT / "tests" / "broken"
RESULTS = BROKEN / "peers.json"
PAGE = ROOT / "docs" / "handbook" / "broken-runbooks.md"
REQUIREMENTS = Path(__file__).with_name("peers.txt")
SYSTEM, ENVIRONMENT, SOUND = "voiceassist", "production", "sound"
THERE = "/var/lib/misc/peers"
"""Where the tools lie on the host: no probe looks so deep there."""
PYTHON = "3.13"
"""The host's."""
SECONDS = 45.0
GREEN, RED, STOPPED = "green", "red", "stopped"
DRILLBOOK = {
    "failed": RED,
    "errored": "errored",
    "failed or errored": "red or errored",
    "refused": "refused",
    "control": "red (control)",
    "passed": GREEN,
}
"""What the page says for each verdict of ways.toml."""
# What is left would be in the next tool's way.
CLEAN = f"""
rm -rf /dev/shm/* /run/leaked /run/lock/once /var/lib/leaked {THERE}/run/*
rm -f /tmp/left-by-* /tmp/more /tmp/half /tmp/short /tmp/warm /tmp/race
sed -i /leaked/d /home/*/.ssh/authorized_keys
sed -i /^LEAKED/d "$directory/.env"
iptables -D INPUT -s 192.0.2.1 -j DROP
umount --quiet /mnt
ip address del 192.0.2.77/32 dev lo
systemctl unset-environment LEAKED
git config --global --add safe.directory '*'
git -C "$directory" config --unset alias.leaked
git -C "$directory" branch -D leaked
echo 1 > /proc/sys/net/ipv4/tcp_window_scaling
docker unpause voiceassist-qdrant-1
docker network rm leaked
docker volume rm leaked
docker image rm leaked
docker exec voiceassist-redis-1 sh -c 'redis-cli ACL DELUSER leaked; redis-cli DEL leaked broken; rm -f /tmp/leaked'
docker exec -i voiceassist-postgres-1 psql -U postgres -d voiceassist <<'END'
DROP SCHEMA IF EXISTS leaked;
DROP TABLE IF EXISTS leaked;
DROP ROLE IF EXISTS leaked;
ALTER SYSTEM RESET work_mem;
END
exit 0
"""
_TABLE = re.compile(r"(<!-- table of broken snippets -->\n).*?(<!-- end of table -->)", re.DOTALL)


def find_words(rendered: Rendered) -> str:
    """Return the words that a healthy output has on one line, as far as every tool can ask for them."""
    for expectation in rendered.expectations:
        match expectation.rule:
            case Contains(text=text) | Equals(text=text) if expectation.channel is Channel.STDOUT:
                return text.strip()
            case JsonSubset(value={"status": str(text)}):
                return text
    return ""


# How a tool's own format holds a text. A group in braces is one command with one output.


def write_plain(text: str, words: str) -> dict[str, str]:
    """A file of the text itself."""
    return {"snippet": f"{text}\n"}


def write_prysk(text: str, words: str) -> dict[str, str]:
    """A cram test: commands behind `$`, what they print below; a line that varies is looked for by grep."""
    group = textwrap.indent(f'{text}\n}} > "$PRYSK_TEMP/stdout"', "  > ")
    asked = f'  $ grep -qF -- {shlex.quote(words)} "$PRYSK_TEMP/stdout"\n' if words else ""
    return {"snippet.t": f'A block:\n\n  $ cd "$DIRECTORY"\n  $ {{\n{group}\n{asked}'}


def write_byexample(text: str, words: str) -> dict[str, str]:
    """An example in a fence: the command behind `$`, what it prints below, `<...>` for what varies."""
    group = textwrap.indent(f"{text}\n}}", "> ", lambda _: True)
    expected = f"<...>{words}<...>" if words else "<...>"
    return {"snippet.md": f'```shell\n$ cd "$DIRECTORY"\n\n$ {{\n{group}\n{expected}\n```\n'}


def write_fence(text: str, words: str) -> dict[str, str]:
    """A page with a fence; what the block prints can be asked for as a whole only, so it is not."""
    return {"snippet.md": f"# A block\n\n```bash\n{text}\n```\n"}


def write_mktestdocs(text: str, words: str) -> dict[str, str]:
    """A page with a fence, and the test that reads it."""
    test = 'from mktestdocs import check_md_file\n\n\ndef test_it():\n    check_md_file("snippet.md", lang="bash")\n'
    return write_fence(text, words) | {"test_it.py": test.replace('"snippet.md"', f'"{THERE}/run/snippet.md"')}


def write_mechanical(text: str, words: str) -> dict[str, str]:
    """A page whose fence stands between the marks of a step, which name lines of its output."""
    asked = f"expected_stdout_lines:\n  - {json.dumps(words)}\noutput_match_mode: substring\n" if words else ""
    step = f"<!-- STEP\nname: A block\n{asked}timeout_seconds: 20\n-->\n\n```bash\n{text}\n```\n\n<!-- END_STEP -->\n"
    return {"snippet.md": f"# A block\n\n{step}"}


PEERS: dict[str, tuple[Callable[[str, str], dict[str, str]], str]] = {
    "bash": (write_plain, f"bash {THERE}/run/snippet"),
    "prysk": (write_prysk, f"python3 {THERE}/bin/prysk --shell=/bin/bash {THERE}/run/snippet.t"),
    "byexample": (write_byexample, f"python3 {THERE}/bin/byexample -l shell --timeout 20 {THERE}/run/snippet.md"),
    "pytest-codeblocks": (
        write_fence,
        f"python3 -m pytest -q -p no:cacheprovider --rootdir {THERE}/run --codeblocks {THERE}/run/snippet.md",
    ),
    "mktestdocs": (
        write_mktestdocs,
        f"python3 -m pytest -q -p no:cacheprovider --rootdir {THERE}/run {THERE}/run/test_it.py",
    ),
    "mechanical-markdown": (write_mechanical, f"python3 {THERE}/bin/mm.py {THERE}/run/snippet.md"),
}


def install(folder: Path) -> dict[str, str]:
    """Fetch the tools, as the host's Python needs them; return their versions."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"),
            *("--python-version", PYTHON, "--target", str(folder), "--requirement", str(REQUIREMENTS)),
        ],
        check=True,
        timeout=600,
    )
    return dict(re.findall(r"^(\S+)==(\S+)$", REQUIREMENTS.read_text("utf-8"), re.MULTILINE))


def bring_tools(live: LiveSandbox, tools: Path) -> None:
    """Copy the tools to the host, if they are not there: a new host has none."""
    session = live.session("app")
    if session.command(f"test -d {THERE}/bin").returncode == 0:
        return
    docker("cp", f"{tools}/.", f"{live.hosts.containers['app']}:{THERE}")
    session.command(f"mkdir -p {THERE}/run && chmod -R a+rX {THERE} && chmod 0777 {THERE}/run")


def run_with(live: LiveSandbox, tools: Path, rendered: Rendered, text: str, *peers: str) -> dict[str, Outcome] | None:
    """Run a text through some tools, one after the other, from the sandbox's known state on.

    None if one left something behind: it would have been in the next one's way.
    """
    user, directory = rendered.host.user, rendered.directory
    settings = f"HOME=/home/{user} USER={user} DIRECTORY={directory} PYTHONPATH={THERE} PYTHONDONTWRITEBYTECODE=1"
    settings += " PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8"
    done: dict[str, Outcome] = {}
    with live.changing():
        bring_tools(live, tools)
        session = live.session("app")
        before = live.recall()
        for peer in peers:
            write, way = PEERS[peer]
            files = write(text, find_words(rendered)).items()
            laid = "".join(
                f"cat > {THERE}/run/{name} <<'END OF FILE'\n{content}END OF FILE\n" for name, content in files
            )
            run = f"{laid}chmod a+r {THERE}/run/*\ncd {directory} && exec runuser -u {user} -- env -i {settings} {way}"
            done[peer] = session.command(run, timeout=SECONDS)
            session.command(f"directory={directory}\n{CLEAN}")
            if len(peers) > 1 and (done[peer].leftovers or done[peer].timed_out):
                live.settle(before, before, left=True)
                return None
        live.settle(before, live.measure(), left=any(one.leftovers or one.timed_out for one in done.values()))
    return None if live.dirty and len(peers) > 1 else done


def run_with_all(live: LiveSandbox, tools: Path, rendered: Rendered, text: str) -> dict[str, Outcome]:
    """Run a text through each tool from the known state on: all in a row, if that is no other for the last of them."""
    if together := run_with(live, tools, rendered, text, *PEERS):
        return together
    found: dict[str, Outcome] = {}
    for peer in PEERS:
        found |= run_with(live, tools, rendered, text, peer) or {}
    return found


def measure(project: Project, ways: Mapping[str, Mapping[str, Any]], only: list[str], *, resume: bool) -> None:
    """Run every broken text through every tool, and keep what each said, by snippet; or show it, of some alone."""
    kept: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if resume else {"found": {}}
    given = [name for name, way in ways.items() if "peers" not in way and (way["verdict"] != "passed" or name == SOUND)]
    found: dict[str, dict[str, str]] = {name: kept["found"][name] for name in given if name in kept["found"]}
    with tempfile.TemporaryDirectory() as folder, open_sandbox(project, SYSTEM, ENVIRONMENT) as live:
        tools = Path(folder)
        versions = install(tools)
        for name in only or [name for name in given if name not in found]:
            rendered = render(project, f"{SYSTEM}/{name}", ENVIRONMENT)
            needed = [render(project, one, ENVIRONMENT).text for one in rendered.snippet.requires]
            told = run_with_all(live, tools, rendered, "\n".join([*needed, rendered.text]))
            found[name] = {peer: _read(done) for peer, done in told.items()}
            print(name, *found[name].values(), flush=True)
            if only:
                for peer, done in told.items():
                    print(f"== {peer} {done.returncode}\n{done.stdout}{done.stderr}")
            else:
                ordered = {one: found[one] for one in given if one in found}
                RESULTS.write_text(json.dumps({"versions": versions, "found": ordered}, indent=1) + "\n", "utf-8")


def _read(done: Outcome) -> str:
    return STOPPED if done.timed_out else RED if done.returncode else GREEN


def say_drillbook(way: Mapping[str, Any]) -> str:
    """Return what Drillbook says, as tests/systems/sandbox/test_broken.py proves it."""
    return DRILLBOOK[way["verdict"]]


def make_table(ways: Mapping[str, Mapping[str, Any]], results: Mapping[str, Any]) -> str:
    """Return the page's tables, a section for each group, and the counts."""
    return "\n".join(_make_lines(ways, results))


def _make_lines(ways: Mapping[str, Mapping[str, Any]], results: Mapping[str, Any]) -> Iterator[str]:
    broken = {name: way for name, way in ways.items() if way["verdict"] != "passed"}
    found = results["found"]
    common = [name for name in broken if name in found]
    heads = ["Drillbook", "bash", *(f"{peer} {results['versions'][peer]}" for peer in list(PEERS)[1:])]
    yield f"\n{len(broken)} ways to be wrong; every tool was given {len(common)} of them. So many went green:\n"
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    own = sum(say_drillbook(broken[name]) == GREEN for name in common)
    yield f"| {' | '.join(map(str, [own, *(sum(found[n][p] == GREEN for n in common) for p in PEERS)]))} |\n"
    for group in dict.fromkeys(way["group"] for way in broken.values()):
        yield f"### {group}\n"
        yield f"| The way | {' | '.join(['Drillbook', *PEERS])} |"
        yield f"|---|{'---|' * (len(PEERS) + 1)}"
        for name, way in broken.items():
            if way["group"] == group:
                missing = "not run" if "peers" in way else "not yet"
                cells = [found[name][peer] if name in found else missing for peer in PEERS]
                cells = [f"**{cell}**" if cell == GREEN else cell for cell in cells]
                yield f"| {way['way']} | {' | '.join([say_drillbook(way), *cells])} |"
        yield ""
    yield "### What the tools were not given\n"
    for way in broken.values():
        if "peers" in way:
            yield f"- {way['way'][0].upper()}{way['way'][1:]}. {way['peers']}"
    yield ""


def make_refusals(refused: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the list of what `check` refuses."""
    return "\n".join(
        ["\n### What is refused before anything runs\n", *(f"- {way['way']}" for way in refused.values()), ""]
    )


def fill_page(page: str) -> str:
    """Return the page with its table as the files say it now."""
    ways = tomllib.loads((BROKEN / "ways.toml").read_text("utf-8"))
    refused = tomllib.loads((BROKEN / "refused.toml").read_text("utf-8"))
    table = make_table(ways, json.loads(RESULTS.read_text("utf-8"))) + make_refusals(refused)
    return _TABLE.sub(lambda match: f"{match[1]}{table}\n{match[2]}", page)


def main() -> int:
    """Measure, or with --page only write the page; return 0."""
    parser = argparse.ArgumentParser(prog="peers", description=__doc__)
    parser.add_argument("--page", action="store_true", help="run nothing: write the page from tests/broken/peers.json")
    parser.add_argument("--resume", action="store_true", help="run only what tests/broken/peers.json has not yet")
    parser.add_argument("names", nargs="*", help="snippets of tests/broken to show in full, and to keep nothing of")
    arguments = parser.parse_args()
    if not arguments.page:
        ensure_engine()
        ways = tomllib.loads((BROKEN / "ways.toml").read_text("utf-8"))
        measure(load_project(BROKEN), ways, arguments.names, resume=arguments.resume)
        if arguments.names:
            return 0
    PAGE.write_text(fill_page(PAGE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
