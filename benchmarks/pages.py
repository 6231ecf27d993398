"""A project of a thousand pages, for what a site costs when it is large."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

SYSTEMS, PAGES, BLOCKS = 25, 40, 10
"""Sections of the site, pages in each, blocks on each page."""
_SEVERITY = {"title": "Severe", "description": "All is down.", "response_minutes": 5, "examples": "Nothing answers."}
_HEADER = """\
# /// snippet
# title = "Look at part {number} of {system}"
# host = "app"
# risk = "read-only"
# control = {{ none = "nothing runs it" }}
# silent = "nothing runs it"
# [skip]
# reason = "It is there to be built, not to be run."
# owner = "benchmark"
# expires = 2099-12-31
# ///
"""
_TEXT = """\
curl -fsS "http://@{{{{ {name}.hosts.app.name }}}}@:@{{{{ {name}.ports.api }}}}@/part/{number}" | jq -r '.status'
for service in api worker; do
  systemctl --no-pager status "$service" | head -n {lines}
done"""


def write_large_project(root: Path, checkout: Path) -> Path:
    """Write a project of 1,000 pages with ten blocks each, with the theme and the macros of a checkout."""
    shutil.copytree(checkout / "macros", root / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    systems = [f"system-{number:02}" for number in range(1, SYSTEMS + 1)]
    for environment, label in (("production", "Production"), ("staging", "Staging")):
        _write_environment(root, environment, label, systems)
    sections: list[object] = ["index.md"]
    _write(root / "docs/index.md", "# Many runbooks\n\nEach of them is alike.\n")
    for system in systems:
        for page in range(1, PAGES + 1):
            numbers = [f"{page:02}-{block:02}" for block in range(1, BLOCKS + 1)]
            for number in numbers:
                text = _HEADER + _TEXT + "\n"
                words = {"number": number, "system": system, "name": system.replace("-", "_"), "lines": page}
                _write(root / f"snippets/{system}/part-{number}.sh", text.format(**words))
            _write(root / f"docs/{system}/page-{page:02}.md", _write_page(system, page, numbers))
        sections.append({system: [f"{system}/page-{page:02}.md" for page in range(1, PAGES + 1)]})
    config = yaml.safe_load((checkout / "mkdocs.yml").read_text("utf-8"))
    config["nav"] = sections
    _write(root / "mkdocs.yml", yaml.safe_dump(config, sort_keys=False))
    return root


def _write_page(system: str, page: int, numbers: list[str]) -> str:
    name = system.replace("-", "_")
    parts = [f"# {system}, page {page}", f"Answers on `@{{{{ value('{name}.ports.api') }}}}@`, and says why."]
    for number in numbers:
        parts += [f"## Part {number}", "Look at it *before* you go on, and compare it with what you expected."]
        parts.append(f'@{{{{ snippet("{system}/part-{number}") }}}}@')
    return "\n\n".join(parts) + "\n"


def _write_environment(root: Path, name: str, label: str, systems: list[str]) -> None:
    values = {
        system: {
            "hosts": {"app": {"name": f"app.{system}.{name}.example", "user": "ops", "directory": "/srv"}},
            "ports": {"api": 8000},
            "contacts": {"oncall": {"title": "On-call", "address": "#oncall", "availability": "always"}},
            "severities": {"sev1": _SEVERITY},
            "escalation": [{"level": "L1", "contact": "oncall", "when": "first"}],
        }
        for system in systems
    }
    _write(root / f"environments/{name}.yml", yaml.safe_dump({"name": name, "label": label, "systems": values}))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
