"""What each command of the command line does, once its arguments are read; `arguments.py` says which are whose."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drillbook.cli.verify import BAD, GOOD, NO_SNIPPETS, UNUSABLE, verify
from drillbook.core.errors import DrillbookError, InputError, Location, Problem, nearest
from drillbook.core.index import Index
from drillbook.core.model import Status
from drillbook.evidence.signing import SIGNERS, check_signatures, sign
from drillbook.evidence.status import SnippetResult, Summary, load_results, summarise
from drillbook.plan.selection import parse_share
from drillbook.project.project import Project, load_project, pages_showing, render


def run_check(arguments: argparse.Namespace, root: Path) -> int:
    """Print every static problem."""
    from drillbook.check.project import check_project  # noqa: PLC0415  # parsers are slow to import

    problems = check_project(root, index=None if arguments.no_index else Index(root))
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} problems", file=sys.stderr)
        return UNUSABLE
    print("nothing is wrong", file=sys.stderr)
    return GOOD


def run_list(arguments: argparse.Namespace, root: Path) -> int:
    """Print every snippet and environment."""
    project = load_project(root, Index(root))
    entries = list_entries(project, summarise(project))
    if arguments.format == "json":
        print(json.dumps({"snippets": entries}, indent=2, ensure_ascii=False))
        return GOOD
    if not entries:
        print(NO_SNIPPETS, file=sys.stderr)
        return GOOD
    rows = [(e["status"], e["id"], e["environment"], e["risk"], ", ".join(e["pages"])) for e in entries]
    print_table(("status", "snippet", "environment", "risk", "pages"), rows)
    return GOOD


def list_entries(project: Project, results: Mapping[tuple[str, str], Summary]) -> list[dict[str, Any]]:
    """Return the entries of `drillbook list --format json`."""
    from drillbook.site.addresses import page_address  # noqa: PLC0415  # only where pages are named

    shown = pages_showing(project)
    entries = []
    for (snippet_id, environment), result in sorted(results.items()):
        snippet = result.snippet
        entries.append(
            {
                "id": snippet_id,
                "system": snippet.system,
                "environment": environment,
                "host": result.host,
                "kind": str(snippet.kind),
                "risk": str(snippet.risk),
                "status": str(result.status),
                "sha256": result.sha256,
                "pages": sorted({page_address(page) for page, _ in shown.get(snippet_id, ())}),
            }
        )
    return entries


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print columns, each as wide as its widest cell."""
    lines = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def run_show(arguments: argparse.Namespace, root: Path) -> int:
    """Write exactly the bytes of a rendering."""
    project = load_project(root)
    check_names(project, [arguments.id], arguments.environment)
    sys.stdout.buffer.write(render(project, arguments.id, arguments.environment).text.encode())
    sys.stdout.buffer.flush()
    return GOOD


def check_names(project: Project, ids: Sequence[str], environment: str | None) -> None:
    """Raise for a snippet or an environment that there is not."""
    where = Location("drillbook")
    problems = [
        Problem(
            where, f"there is no snippet '{name}'. {nearest(name, project.snippets)} `drillbook list` lists them all."
        )
        for name in ids
        if name not in project.snippets
    ]
    if environment is not None and environment not in project.environments:
        known = nearest(environment, project.environments)
        text = f"there is no environment '{environment}'. {known} Use the name of a file in environments/."
        problems.append(Problem(where, text))
    if problems:
        raise InputError(problems)


def run_verify(arguments: argparse.Namespace, root: Path) -> int:
    """Run what has no fresh evidence."""
    project = load_project(root, Index(root))
    check_names(project, arguments.ids, arguments.environment)
    everything = arguments.all or arguments.renew
    return verify(
        project,
        ids=arguments.ids,
        environment=arguments.environment,
        everything=everything,
        renew=arguments.renew,
        workers=arguments.workers,
        junit=arguments.junit,
        shard=parse_share(arguments.shard, "--shard") if arguments.shard else None,
    )


def run_build(arguments: argparse.Namespace, root: Path) -> int:
    """Build every environment's tree."""
    from drillbook.site.build import build_site  # noqa: PLC0415  # brings MkDocs along

    index = build_site(load_project(root), root / arguments.site)
    print(index)
    return GOOD


def run_audit(arguments: argparse.Namespace, root: Path) -> int:
    """Print what is wrong with a built site."""
    from drillbook.audit.site import audit_site  # noqa: PLC0415  # brings lxml along

    project = load_project(root)
    problems = audit_site(arguments.site, project, strict=arguments.strict)
    if arguments.require_signature:
        kept = [one for one in load_results(project).values() if one.record]
        problems += check_signatures(root, kept, arguments.signers or root / SIGNERS)
    for problem in problems:
        print(problem)
    print(f"audit: {len(problems)} problems" if problems else "audit: the site matches its sources", file=sys.stderr)
    return BAD if problems else GOOD


def run_sign(arguments: argparse.Namespace, root: Path) -> int:
    """Sign what has no good signature by this key."""
    project = load_project(root)
    check_names(project, arguments.ids, arguments.environment)
    results = load_results(project, ids=arguments.ids)
    kept = [one for one in results.values() if one.record]
    wanted = [one for one in kept if arguments.environment in (None, one.rendered.environment)]
    written = sign(root, wanted, arguments.key)
    print(f"{len(written)} of {len(wanted)} records were signed. The others already were.", file=sys.stderr)
    return GOOD


def run_site(arguments: argparse.Namespace, root: Path) -> int:
    """Verify what needs it, build, audit, sum up."""
    from drillbook.audit.site import audit_site  # noqa: PLC0415  # brings lxml along
    from drillbook.site.build import build_site  # noqa: PLC0415  # brings MkDocs along

    known = load_project(root, Index(root))
    try:
        code = verify(known, everything=arguments.all)
    except DrillbookError as error:
        # The site is worth having all the same: it says of each block that it is stale.
        print(error, file=sys.stderr)
        code = UNUSABLE
    # What is published is read from the files.
    project = load_project(root)
    index = build_site(project, root / "site")
    problems = audit_site(root / "site", project, strict=False)
    for problem in problems:
        print(problem, file=sys.stderr)
    results = load_results(project)
    print_summary(project, results)
    print(f"\n{index.as_uri()}")
    return max(code, BAD if problems else GOOD)


def print_summary(project: Project, results: Mapping[tuple[str, str], SnippetResult]) -> None:
    """Print how many snippets stand how, by environment, and name those that are not well."""
    statuses = list(Status)
    rows = []
    for environment in project.environments:
        counts = Counter(s.status for (_, name), s in results.items() if name == environment)
        rows.append([environment, *(counts[status] for status in statuses)])
    print_table(["environment", *statuses], rows)
    for (snippet_id, environment), result in sorted(results.items()):
        if result.status is not Status.PASSED:
            print(f"  {result.status} {snippet_id} in {environment}: {result.reason}")


def run_extract(arguments: argparse.Namespace, root: Path) -> int:
    """Move a fence into a snippet file."""
    from drillbook.lint.extraction import extract  # noqa: PLC0415  # parsers are slow to import

    page, _, line = arguments.place.rpartition(":")
    if not page or not line.isdecimal():
        text = f"'{arguments.place}' is not a place. Write PAGE:LINE, such as docs/voiceassist/database.md:42."
        raise InputError(Problem(Location("drillbook"), text))
    print(extract(root, Path(page), int(line), id=arguments.id))
    return GOOD


def run_sandbox(arguments: argparse.Namespace, root: Path) -> int:
    """Run `drillbook sandbox ACTION`."""
    from drillbook.cli.sandbox import run_action  # noqa: PLC0415  # only where Docker is used

    names = (arguments.system, arguments.environment, arguments.host)
    return run_action(load_project(root), arguments.action, *names, everything=arguments.all)
