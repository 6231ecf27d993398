from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from drillbook.shell.script import Command, Job, Variable, Way, parse_script


def read_command(text: str, name: str) -> Command:
    [command] = [one for one in parse_script(text).commands if one.plain[0] == name]
    return command


def test_a_text_is_parsed_once_and_its_script_does_not_change() -> None:
    script = parse_script("a 'b c' | d")
    assert parse_script("a 'b c' | d") is script
    with pytest.raises(FrozenInstanceError):
        script.text = ""  # type: ignore[misc]  # that is what is tried


def test_scripts_of_the_same_text_are_equal_though_their_trees_are_two() -> None:
    script = parse_script("ssh h 'a; b'")
    again = parse_script.__wrapped__("ssh h 'a; b'")
    assert again == script
    assert again.tree is not script.tree
    assert parse_script("ssh h 'a; c'") != script


def test_a_command_has_its_words_with_and_without_quotes() -> None:
    command = read_command("\nX=1 a 'b c' >f", "a")
    assert (command.line, command.words, command.plain) == (2, ("a", "'b c'"), ("a", "b c"))


@pytest.mark.parametrize(
    ("text", "piped", "fed"),
    [
        ("a", False, False),
        ("a | b", False, False),
        ("b | a", True, True),
        ("b | { a; }", False, True),
        ("a <f", False, True),
        ("a <<<x", False, True),
        ("cat <<E | a\nE", False, True),
    ],
)
def test_what_a_command_reads_is_known(text: str, piped: bool, fed: bool) -> None:
    command = read_command(text, "a")
    assert (command.piped, command.fed) == (piped, fed)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", True), ("b | a", True), ("a >f", False), ("a | b", False), ("x=$(a)", False), ("b <(a)", False)],
)
def test_whether_a_command_prints_to_the_terminal_is_known(text: str, shown: bool) -> None:
    assert read_command(text, "a").shown is shown


@pytest.mark.parametrize(
    ("text", "way", "inner", "lines"),
    [
        ("\nssh h 'b\nc'", Way.QUOTED, "b\nc", [2, 2]),
        ("\nsudo sh -ec 'b\nc' d", Way.QUOTED, "b\nc", [2, 2]),
        ('\nssh h "b $(c)"', Way.QUOTED, "b _", [2]),
        ("\nalias a='b'", Way.ALIAS, "b", [2]),
        ("\nssh h sh <<'E'\nb\nc\nE", Way.HERE_DOCUMENT, "b\nc\n", [3, 4]),
        ("\nbash <<E\nb\nE", Way.HERE_DOCUMENT, "b\n", [3]),
    ],
)
def test_a_script_within_is_parsed_and_its_lines_are_found_again(
    text: str, way: Way, inner: str, lines: list[int]
) -> None:
    [found] = [one for command in parse_script(text).commands[:1] for one in command.inner]
    assert (found.way, found.script) == (way, parse_script(inner))
    assert [found.locate(number) for number in range(1, len(lines) + 1)] == lines


@pytest.mark.parametrize("text", ["cat <<E\nb\nE", "ssh h b", "sh b.sh", "alias a", "bash -c b <<E\nc\nE"])
def test_what_no_shell_reads_is_no_script(text: str) -> None:
    assert Way.HERE_DOCUMENT not in {one.way for one in parse_script(text).commands[0].inner}
    assert "c\n" not in {one.script.text for one in parse_script(text).commands[0].inner}


def test_a_here_document_is_kept_whoever_reads_it() -> None:
    assert read_command("python3 - <<E\nimport os\nE", "python3").document == "import os\n"
    assert read_command("python3 -", "python3").document is None


def test_scripts_within_scripts_within_are_parsed() -> None:
    [quoted] = read_command("""ssh h 'sh -c "a; b"'""", "ssh").inner
    [deeper] = quoted.script.commands[0].inner
    assert [one.words for one in deeper.script.commands] == [("a",), ("b",)]


def test_variables_are_found_in_order_with_what_becomes_of_them() -> None:
    assert parse_script('A=1\nb "$A" $C ${D:?set it}').variables == (
        Variable(name="A", line=1, assigned=True),
        Variable(name="A", line=2),
        Variable(name="C", line=2, split=True),
        Variable(name="D", line=2, demanded=True, split=True),
    )


def test_jobs_are_found_and_arithmetic_is_none() -> None:
    assert parse_script("a &\nb |\n  c &\necho $((1 & 2))").jobs == (
        Job(line=1, pipeline_line=None),
        Job(line=3, pipeline_line=2),
    )


def test_lines_of_pipelines_and_of_what_holds_no_loop_are_told() -> None:
    script = parse_script("a |\n  b\nfor x in 1; do\n  c\ndone | d")
    assert script.pipelines == ((1, 2), (3, 5))
    assert (1, 2) in script.simple_spans
    assert (4, 4) in script.simple_spans
    assert (3, 5) not in script.simple_spans


def test_lines_that_are_data_are_those_behind_an_open_quote_and_in_here_documents() -> None:
    assert parse_script("echo 'a\nb'\ncat <<E\nc\nE\nd").data_lines == {2, 4, 5}


def test_lines_of_substitutions_are_told() -> None:
    assert parse_script("a\nb $(c) <(d)\ne `f`").substitution_lines == (2, 2, 3)


def test_the_end_of_the_last_statement_is_told_and_a_comment_is_none() -> None:
    assert parse_script("a\nb \\\n  c\n# d").last_line == 3
    assert parse_script("# a").last_line == 0
    assert [one.statement_end for one in parse_script("if a; then\n  b\nfi\nc").commands] == [3, 3, 4]


@pytest.mark.parametrize(
    ("text", "followed"), [("exit; a", True), ("exit\na", False), ("a; exit", False), ("exit; a\nb", False)]
)
def test_a_command_knows_whether_the_last_statement_follows_on_its_line(text: str, followed: bool) -> None:
    assert read_command(text, "exit").followed is followed
