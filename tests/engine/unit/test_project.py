from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.project.project import find_root, load_project, pages_showing, render, render_all, undone_by

ROOT = Path(__file__).parents[3]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "tests/fixtures/small", tmp_path / "small"))


def edit(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def fail(root: Path) -> list[str]:
    with pytest.raises(DrillbookError) as caught:
        load_project(root)
    return [str(problem) for problem in caught.value.problems]


def test_a_project_is_read_whole(root: Path) -> None:
    project = load_project(root)
    assert sorted(project.environments) == ["production", "staging"]
    assert sorted(project.snippets) == ["shop/health", "shop/start", "shop/stop"]
    assert sorted(project.sandboxes) == ["shop"]
    assert len(render_all(project)) == 6
    assert render(project, "shop/health", "staging").text == "curl -fsS http://localhost:8100/health"
    assert undone_by(project) == {"shop/start": "shop/stop"}


def test_the_pages_that_show_a_snippet_are_found_with_their_lines(root: Path) -> None:
    shown = pages_showing(load_project(root))
    assert shown["shop/health"] == (("shop/first.md", 6),)
    assert shown["shop/stop"] == (("shop/first.md", 10),)


def test_the_root_is_found_from_below(root: Path, tmp_path: Path) -> None:
    assert find_root(root / "docs" / "shop") == root
    with pytest.raises(DrillbookError, match="is not in a Drillbook project"):
        find_root(tmp_path)


def test_a_snippet_of_another_kind_needs_something_that_takes_it_on_its_host(root: Path) -> None:
    text = (root / "snippets/shop/health.sh").read_text().replace('kind = "shell"', 'kind = "chat"')
    (root / "snippets/shop/health.sh").unlink()
    (root / "snippets/shop/health.chat").write_text(text)
    assert any("nothing in the sandbox runs the kind 'chat'" in problem for problem in fail(root))
    edit(root, "sandboxes/shop/sandbox.yml", "probes:", "kinds: {chat: {host: app, command: send}}\nprobes:")
    assert load_project(root).sandboxes["shop"].kinds["chat"].command == "send"
    edit(root, "sandboxes/shop/sandbox.yml", "hosts:\n", "hosts:\n  desk: {service: desk}\n")
    edit(root, "sandboxes/shop/sandbox.yml", "chat: {host: app", "chat: {host: desk")
    assert any("'chat' runs on host 'desk', not on 'app'" in problem for problem in fail(root))


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("stop.sh", 'undo = "shop/start"', 'undo = "shop/strat"', "stop.sh:7: 'undo' names no snippet 'shop/strat'"),
        ("stop.sh", 'undo = "shop/start"', 'undo = "shop/strat"', "Did you mean 'shop/start'?"),
        ("stop.sh", '"units"', '"unit"', "stop.sh:6: 'changes' names 'unit', which the sandbox does not have. Did you"),
        ("health.sh", '"stopped"', '"stoped"', "health.sh:6: 'control' names 'stoped'"),
        ("health.sh", '"app"', '"db"', "health.sh:3: 'host' names 'db'"),
        ("stop.sh", "# silent", '# requires = ["shop/x"]\n# silent', "stop.sh:8: 'requires' names no snippet 'shop/x'"),
        ("stop.sh", "# silent", '# requires = ["shop/stop"]\n# silent', "stop.sh:8: it requires itself"),
        ("stop.sh", '"shop/start"', '"shop/stop"', "stop.sh:7: it and shop/stop undo each other"),
    ],
)
def test_a_name_that_leads_nowhere_is_told_at_its_key(root: Path, path: str, old: str, new: str, said: str) -> None:
    edit(root, f"snippets/shop/{path}", old, new)
    problems = fail(root)
    assert any(said in problem for problem in problems), problems


def test_snippets_that_require_each_other_are_told(root: Path) -> None:
    edit(root, "snippets/shop/stop.sh", "# silent", '# requires = ["shop/start"]\n# silent')
    edit(root, "snippets/shop/start.sh", "# silent", '# requires = ["shop/stop"]\n# silent')
    assert any("shop/start -> shop/stop -> shop/start" in problem for problem in fail(root))


def test_a_project_may_have_no_snippet_yet(root: Path) -> None:
    shutil.rmtree(root / "snippets")
    assert load_project(find_root(root / "docs")).snippets == {}


def test_no_environment_at_all_is_an_error(root: Path) -> None:
    shutil.rmtree(root / "environments")
    assert any("no environment. Add" in problem for problem in fail(root))


def test_a_system_without_a_sandbox_has_only_skipped_snippets(root: Path) -> None:
    shutil.rmtree(root / "sandboxes/shop")
    assert len([problem for problem in fail(root) if "system shop has no sandbox" in problem]) == 3


@pytest.mark.parametrize("name", ["shop/notes.txt", "shop/look.bash", "look.sh", "shop/health"])
def test_a_file_that_is_no_snippet_does_not_hide(root: Path, name: str) -> None:
    (root / "snippets" / name).write_text("true\n")
    assert any(f"snippets/{name}: this is not a snippet" in problem for problem in fail(root))


def test_prose_beside_snippets_is_fine(root: Path) -> None:
    (root / "snippets/shop/README.md").write_text("# Shop\n")
    assert len(load_project(root).snippets) == 3


def test_two_files_of_one_id_are_refused(root: Path) -> None:
    (root / "snippets/shop/health.sql").write_text("-- /// snippet\n-- ///\nSELECT 1\n")
    assert any("has the same id" in problem for problem in fail(root))


def test_problems_of_all_files_are_told_together(root: Path) -> None:
    edit(root, "snippets/shop/stop.sh", "title", "titel")
    edit(root, "snippets/shop/start.sh", "title", "titel")
    edit(root, "environments/staging.yml", "label", "labl")
    edit(root, "sandboxes/shop/sandbox.yml", "shares", "share")
    assert len({problem.split(":")[0] for problem in fail(root)}) == 4


def test_render_all_tells_the_problems_of_all_snippets(root: Path) -> None:
    edit(root, "snippets/shop/stop.sh", "stop shop", "stop @{{ shop.x }}@")
    edit(root, "snippets/shop/start.sh", "start shop", "start @{{ shop.y }}@")
    with pytest.raises(DrillbookError) as caught:
        render_all(load_project(root))
    assert [problem.location.path for problem in caught.value.problems] == [
        "snippets/shop/start.sh",
        "snippets/shop/start.sh",
        "snippets/shop/stop.sh",
        "snippets/shop/stop.sh",
    ]


def test_loading_and_rendering_import_nothing_that_is_slow(root: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from drillbook.project.project import load_project, render_all;"
        f"render_all(load_project(Path({str(root)!r})));"
        "print([name for name in ('tree_sitter', 'markdown', 'markdown_it', 'lxml', 'mkdocs') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("environments/dev.yaml", b"", "environments/dev.yaml: this is not an environment"),
        ("docs/shop/old.md", b"# Old\n\nna\xefve\n", "docs/shop/old.md:3: byte 0xef is not valid UTF-8"),
    ],
)
def test_a_file_that_would_be_passed_over_or_cannot_be_read_is_named(
    root: Path, path: str, data: bytes, said: str
) -> None:
    (root / path).write_bytes(data)
    assert [found.startswith(said) for found in fail(root)] == [True]
