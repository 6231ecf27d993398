"""What Drillbook adds to the time that its site takes to build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import yaml

from drillbook.project.project import Project
from drillbook.project.rendering import DELIMITERS
from drillbook.site.macros import open_site


def write_plain_site(project: Project, environment: str, folder: Path) -> Path:
    """Write the same pages for Material alone, with what the macros say put in beforehand; return its mkdocs.yml."""
    site, docs = open_site(project, environment), project.root / "docs"
    settings: Any = DELIMITERS
    jinja = jinja2.Environment(**settings, undefined=jinja2.StrictUndefined, autoescape=False)
    shutil.copytree(docs, folder / "docs")
    for path in sorted(docs.rglob("*.md")):
        page = site.page(path.relative_to(docs).as_posix())
        text = jinja.from_string(path.read_text("utf-8")).render(page.macros)
        text = re.sub(r"drillbookfragment(\d+)end", lambda match: page.fragments[int(match[1])], text)  # noqa: B023  # called at once
        (folder / "docs" / path.relative_to(docs)).write_text(text, "utf-8")
    config = yaml.safe_load((project.root / "mkdocs.yml").read_text("utf-8"))
    config["plugins"] = [plugin for plugin in config["plugins"] if plugin in ("search", "offline")]
    del config["hooks"]
    config["strict"] = False
    target = folder / "mkdocs.yml"
    target.write_text(yaml.safe_dump(config), "utf-8")
    return target


def build_with(config: Path, target: Path, environment: str) -> Callable[[], object]:
    """Return what builds one tree with MkDocs."""
    words = ("build", "--quiet", "--config-file", str(config), "--site-dir", str(target))
    command = [sys.executable, "-m", "mkdocs", *words]
    environ = {**os.environ, "DRILLBOOK_ENVIRONMENT": environment}
    return lambda: subprocess.run(command, env=environ, check=True, capture_output=True)
