"""What the command line takes, and what its help says."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from drillbook.evidence.signing import SIGNERS

EPILOG = """\
exit status: 0 good, 1 a verdict is bad, 2 bad input or set-up

a runbook's life:
  drillbook extract docs/voiceassist/database.md:42   move a fence into a snippet file
  drillbook check                                     find what is wrong without running anything
  drillbook show voiceassist/health -e staging        print exactly the bytes that run
  drillbook verify voiceassist/health                 run it in the sandbox and keep the evidence
  drillbook build && drillbook audit site --strict    make the site and prove it
"""


class Version(argparse.Action):
    """Prints which Drillbook this is; the package's metadata are slow to read, and not always needed."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help="print the version and end")

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
        "--root", type=Path, help="the project (default: the folder above with mkdocs.yml and snippets/)"
    )
    parser.add_argument("--version", action=Version)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")

    check = add(
        "check", "find what is wrong in pages, snippets and environments, without Docker and without running anything"
    )
    check.add_argument("--no-index", action="store_true", help="look at every file, even at those that did not change")

    listing = add("list", "list every snippet in every environment with its status and pages")
    listing.add_argument("--format", choices=("table", "json"), default="table", help="table (the default) or json")

    show = add("show", "print exactly the bytes of a snippet in an environment")
    show.add_argument("id", help="such as voiceassist/health")
    show.add_argument("-e", "--environment", required=True, help="needed: one text differs from the other")

    verify = add("verify", "run in the sandbox whatever has no fresh evidence, and keep the evidence")
    verify.add_argument("ids", nargs="*", metavar="ID", help="only these snippets")
    verify.add_argument("-e", "--environment", help="only this environment")
    verify.add_argument("--all", action="store_true", help="run what has fresh evidence too")
    verify.add_argument(
        "--renew", action="store_true", help="as --all, and write today's date even where nothing changed"
    )
    verify.add_argument("-n", "--workers", type=int, default=1, metavar="N", help="sandboxes side by side (default 1)")
    verify.add_argument(
        "--shard", metavar="K/N", help="only the Kth of N shares of about the same time, one for each of N machines"
    )
    verify.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit XML report")

    build = add("build", "render every environment's site from pages, snippets and evidence; never runs a snippet")
    build.add_argument("--site", type=Path, default=Path("site"), metavar="FOLDER", help="where to (default site)")

    audit = add("audit", "prove that a built site shows what the sources render and the evidence says")
    audit.add_argument("site", type=Path, metavar="SITE", help="the folder with the trees of all environments")
    audit.add_argument(
        "--strict", action="store_true", help="also refuse failed, stale, unverified and expired snippets"
    )
    audit.add_argument(
        "--require-signature", action="store_true", help="also refuse evidence that nobody signed who may"
    )
    audit.add_argument(
        "--signers", type=Path, metavar="FILE", help=f"who may sign (default {SIGNERS}; see ssh-keygen(1))"
    )

    signing = add("sign", "sign the evidence with an SSH key, as far as that has not signed it yet")
    signing.add_argument("ids", nargs="*", metavar="ID", help="only of these snippets")
    signing.add_argument("-e", "--environment", help="only in this environment")
    signing.add_argument(
        "--key",
        type=Path,
        required=True,
        help="a private key without a passphrase, or a public one whose other half ssh-agent has",
    )

    site = add("site", "verify what needs it, build, audit, and print a summary")
    site.add_argument("--all", action="store_true", help="verify everything again")

    extract = add("extract", "move a fence of a page into a snippet file and leave the macro in its place")
    extract.add_argument("place", metavar="PAGE:LINE", help="such as docs/voiceassist/database.md:42")
    extract.add_argument("--id", help="the snippet's id (default: from the page and its heading)")

    sandbox = add("sandbox", "bring a sandbox up and leave it standing, look at it, or take it away")
    sandbox.add_argument("action", choices=("up", "down", "status", "shell", "prune"))
    sandbox.add_argument("system", nargs="?", help="default: the only system, or each of them")
    sandbox.add_argument("-e", "--environment", help="default: the first environment")
    sandbox.add_argument("--host", help="for shell: the host's role (default: the first)")
    sandbox.add_argument(
        "--all",
        action="store_true",
        help="for prune: also the images and volumes of the present definitions, which take up to 20 minutes to make",
    )
    return parser
