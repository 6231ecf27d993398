from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from drillbook.core.errors import DrillbookError, Problem
from drillbook.lint.fences import find_fences, find_heading, find_published, lint_page, read_extensions

ROOT = Path(__file__).parents[2] / "fixtures" / "small"
TODAY = dt.date(2026, 11, 21)


def lint(source: str, *, on_system_page: bool = True) -> list[Problem]:
    return lint_page(source, "docs/shop/x.md", TODAY, root=ROOT, on_system_page=on_system_page)


def lines(problems: list[Problem], fragment: str) -> list[int]:
    return [problem.location.line for problem in problems if fragment in problem.text]


@pytest.mark.parametrize(
    "language", ["sh", "bash", "shell", "console", "zsh", "{.sh}", "{ .bash }", "Bash", "openrc", "pwsh"]
)
def test_a_raw_shell_fence_is_named(language: str) -> None:
    assert lines(lint(f"# T\n\n```{language}\nuptime\n```\n"), "never run") == [3]


@pytest.mark.parametrize(("language", "text"), [("sql", "SELECT 1;"), ("postgresql", "SELECT 1;"), ("promql", "up")])
def test_a_raw_query_is_named_like_a_raw_command(language: str, text: str) -> None:
    (problem,) = lint(f"# T\n\n```{language}\n{text}\n```\n")
    assert problem.location.line == 3
    assert f"a raw {language} block is published but never run. Move it" in problem.text
    assert lint(f'``` {{.{language} data-reason="a" data-owner="b" data-expires="2027-01-31"}}\n{text}\n```\n') == []


@pytest.mark.parametrize("text", ["docker compose ps", "$ kubectl get pods", "curl -s localhost | jq ."])
def test_a_fence_without_a_language_counts_when_it_looks_like_commands(text: str) -> None:
    assert lines(lint(f"```\n{text}\n```\n"), "never run") == [1]
    assert lines(lint(f"```text\n{text}\n```\n"), "never run") == [1]
    assert lines(lint(f"    {text}\n"), "never run") == [1]


@pytest.mark.parametrize("fence", ["```\nNAME  STATE\napp   up\n```", "```yaml\na: curl -s x\n```", "```text\nls\n```"])
def test_a_fence_that_is_no_command_is_fine(fence: str) -> None:
    assert lint(f"{fence}\n") == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("!!! note\n    Hear:\n\n    ```sh\n    uptime\n    ```\n", 4),
        ('=== "Tab"\n\n    ```sh\n    uptime\n    ```\n', 3),
        ("- a\n\n    ```sh\n    uptime\n    ```\n", 3),
        ('!!! note\n\n    === "Tab"\n\n        ```sh\n        uptime\n        ```\n', 5),
        ("---\ntitle: x\n---\n\n```sh\nuptime\n```\n", 5),
    ],
)
def test_a_raw_fence_is_found_wherever_it_is_nested(source: str, line: int) -> None:
    problems = lint(source)
    assert lines(problems, "never run") == [line]
    assert len(problems) == 1


def test_an_excused_fence_is_fine_until_it_expires() -> None:
    fence = '``` {.sh data-reason="asks them" data-owner="desk" data-expires="DATE"}\nuptime\n```\n'
    assert lint(fence.replace("DATE", "2026-11-21")) == []
    assert lines(lint(fence.replace("DATE", "2026-11-20")), "expired on 2026-11-20") == [1]
    assert lines(lint(fence.replace("DATE", "soon")), "a date such as") == [1]


def test_half_an_excuse_is_none() -> None:
    problems = lint('``` {.sh data-reason="asks them"}\nuptime\n```\n')
    assert lines(problems, "Add data-owner, data-expires") == [1]


@pytest.mark.parametrize("code", ["docker ps -a", "kubectl get pods", "$ git log", "sudo systemctl stop x"])
def test_a_command_in_the_text_of_a_system_page_is_named_with_its_line(code: str) -> None:
    source = f"# T\n\nFirst\nrun `{code}` twice.\n"
    assert lines(lint(source), "never run") == [4]
    assert lint(source, on_system_page=False) == []


@pytest.mark.parametrize("code", ["docker", "voiceassist-server", "P1", "max_connections = 100", "snippets/x.sh"])
def test_other_code_in_the_text_is_fine(code: str) -> None:
    assert lint(f"See `{code}` there.\n") == []


def test_a_fence_that_the_site_does_not_publish_is_told() -> None:
    assert lines(lint("# T\n\n```yaml\na: 1\n"), "publishes none") == [3]
    assert lines(lint("```yaml which nobody reads\na: 1\n```\n"), "publishes none") == [1]


def test_commands_that_only_the_site_sees_are_told() -> None:
    # CommonMark begins an HTML block here, and ends it at the blank line only.
    source = "# T\n\n<div markdown>\n```sh\nuptime\n```\n</div>\n\n<pre>docker ps --all</pre>\n"
    assert lines(lint(source), "markdown-it does not see") == [9]


def test_both_parsers_agree_on_tabs_and_blank_lines() -> None:
    assert lint("```yaml\na:\n\tb\n\n   \n  c\n```\n") == []


def test_heading_above_a_line_is_found() -> None:
    source = "# One\n\n## Two `x`\n\ntext\n\n# Three\n"
    assert [find_heading(source, line) for line in (1, 5, 7)] == ["One", "Two x", "Three"]
    assert find_heading("text\n", 1) is None


def test_a_fence_tells_where_it_stands() -> None:
    (fence,) = find_fences("- a\n\n    ```sh title='x'\n    b\n    ```\n")
    assert (fence.line, fence.last_line, fence.indent, fence.language, fence.text) == (3, 5, "    ", "sh", "b")
    assert fence.nested


def test_pages_are_read_with_the_extensions_of_the_site(tmp_path: Path) -> None:
    names, settings = read_extensions(ROOT)
    assert names[:2] == ["admonition", "attr_list"]
    assert settings["pymdownx.tabbed"] == {"alternate_style": True}
    assert "pymdownx.details" in read_extensions(tmp_path)[0]
    assert find_published("```\nx\n```\n", tmp_path) == ("x\n",) or find_published("```\nx\n```\n", tmp_path) == ("x",)


def test_settings_that_are_no_yaml_are_told(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("a: [\n")
    with pytest.raises(DrillbookError, match=r"mkdocs.yml:\d: this is not valid YAML"):
        read_extensions(tmp_path)


@pytest.mark.parametrize("opening", ['!!! note "Title"', "??? note", '=== "Debian"'])
@pytest.mark.parametrize("between", ["", "\n"])
def test_a_fence_right_below_the_first_line_of_an_admonition_or_tab_is_found(opening: str, between: str) -> None:
    source = f"# T\n\n{opening}\n{between}    ```sh\n    uptime\n    ```\n"
    assert [(f.line, f.text, f.indent) for f in find_fences(source)] == [(4 + len(between), "uptime", "    ")]


def test_the_text_of_a_fence_may_hold_what_opens_an_admonition() -> None:
    assert [f.text for f in find_fences("```text\n!!! note\n    x\n```\n")] == ["!!! note\n    x"]


@pytest.mark.parametrize("opening", ["!!! note", '=== "Debian"', "- item"])
def test_a_command_in_running_text_is_named_in_what_holds_text(opening: str) -> None:
    source = f"# T\n\n`systemctl`\n\n{opening}\n\n    Then `systemctl restart shop` and wait.\n"
    assert lines(lint(source), "`systemctl restart shop` is a command that is never run") == [7]
    assert lint(source, on_system_page=False) == []


def test_a_command_that_stands_twice_in_running_text_is_named_twice() -> None:
    assert lines(lint("`ls -l` and\n\n`ls -l`\n"), "never run") == [1, 3]
