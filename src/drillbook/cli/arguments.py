"""What the command line takes, what its help says, and which function each command runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from drillbook.cli import commands
from drillbook.evidence.signing import SIGNERS

EPILOG = """\
exit codes: 0 success, 1 a snippet or audit failed, 2 invalid input or setup

a runbook's life:
  drillbook extract docs/voiceassist/database.md:42   move a fence into a snippet file
  drillbook check                                     find what is wrong without running anything
  drillbook show voiceassist/health -e staging        print the exact bytes that run
  drillbook verify voiceassist/health                 run it in its sandbox and write the evidence
  drillbook build && drillbook audit site --strict    build the site and audit it
"""


class Version(argparse.Action):
    """Prints which Drillbook this is; the package's metadata are slow to read, and not always needed."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and end."""
        from importlib.metadata import version  # noqa: PLC0415  # see the class

        print(f"drillbook {version('drillbook')}")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="drillbook",
        description="Incident runbooks whose commands are known to work.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--root",
        type=Path,
        help="the project's folder (default: the nearest one above that has mkdocs.yml and environments/)",
    )
    parser.add_argument("--version", action=Version)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace, Path], int], text: str) -> argparse.ArgumentParser:
        command = subparsers.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        command.set_defaults(run=run)
        return command

    check = add(
        "check", commands.run_check, "find mistakes in pages, snippets and environments without running anything"
    )
    check.add_argument("--no-index", action="store_true", help="read every file, even if it did not change")

    listing = add("list", commands.run_list, "list every snippet with its status and pages")
    listing.add_argument("--format", choices=("table", "json"), default="table", help="table (the default) or json")

    show = add("show", commands.run_show, "print the exact bytes of a snippet in an environment")
    show.add_argument("id", help="such as voiceassist/health")
    show.add_argument(
        "-e", "--environment", required=True, help="required, because the text differs between environments"
    )

    verify = add(
        "verify",
        commands.run_verify,
        "run in sandboxes every snippet without up-to-date evidence, and write the evidence",
    )
    verify.add_argument("ids", nargs="*", metavar="ID", help="only these snippets")
    verify.add_argument("-e", "--environment", help="only this environment")
    verify.add_argument("--all", action="store_true", help="also run what has up-to-date evidence")
    verify.add_argument(
        "--renew", action="store_true", help="like --all, and write today's date even if nothing changed"
    )
    verify.add_argument(
        "-n", "--workers", type=int, default=1, metavar="N", help="number of sandboxes to run side by side (default 1)"
    )
    verify.add_argument("--shard", metavar="K/N", help="run only share K of N, to split the work between N machines")
    verify.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit XML report")

    build = add(
        "build",
        commands.run_build,
        "render every environment's site from pages, snippets and evidence, without running a snippet",
    )
    build.add_argument(
        "--site", type=Path, default=Path("site"), metavar="FOLDER", help="where to build (default site)"
    )

    audit = add("audit", commands.run_audit, "check that a built site matches its sources and evidence")
    audit.add_argument("site", type=Path, metavar="SITE", help="the folder with the trees of all environments")
    audit.add_argument("--strict", action="store_true", help="fail on failed, stale, unverified and expired snippets")
    audit.add_argument(
        "--require-signature", action="store_true", help="fail on evidence without a signature from an allowed signer"
    )
    audit.add_argument(
        "--signers",
        type=Path,
        metavar="FILE",
        help=f"file that lists who may sign (default {SIGNERS}; format: ssh-keygen(1))",
    )

    signing = add("sign", commands.run_sign, "sign evidence with an SSH key")
    signing.add_argument("ids", nargs="*", metavar="ID", help="sign only these snippets' evidence")
    signing.add_argument("-e", "--environment", help="only in this environment")
    signing.add_argument(
        "--key",
        type=Path,
        required=True,
        help="a private key without a passphrase, or the public half of a key in ssh-agent",
    )

    site = add("site", commands.run_site, "verify what changed, then build and audit the site")
    site.add_argument("--all", action="store_true", help="verify everything")

    extract = add("extract", commands.run_extract, "move a command from a page into a snippet file")
    extract.add_argument("place", metavar="PAGE:LINE", help="such as docs/voiceassist/database.md:42")
    extract.add_argument("--id", help="the snippet's id (default: from the page and its heading)")

    sandbox = add(
        "sandbox", commands.run_sandbox, "start a sandbox and leave it running, open a shell in it, or remove it"
    )
    sandbox.add_argument("action", choices=("up", "down", "status", "shell", "prune"))
    sandbox.add_argument("system", nargs="?", help="default: the only system, or all of them")
    sandbox.add_argument("-e", "--environment", help="default: the first environment")
    sandbox.add_argument("--host", help="for shell: the role of the host (default: the first)")
    sandbox.add_argument(
        "--all",
        action="store_true",
        help="for prune: also remove images and volumes of current definitions, which take up to 20 minutes to build",
    )
    return parser
