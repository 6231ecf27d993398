from __future__ import annotations

import pytest

from drillbook.shell.script import find_difference, parse_script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("# nothing\n\n", ()),
        ("a", ((1, 1),)),
        ("a; b\nc", ((1, 1), (1, 1), (2, 2))),
        ("a && b ||\n  c", ((1, 2),)),
        ("a \\\n  b", ((1, 2),)),
        ("a |\n  b", ((1, 2),)),
        ("X=1 Y=2\nfoo", ((1, 1), (2, 2))),
        ("X=1\nfoo", ((1, 1), (2, 2))),
        ("! a", ((1, 1),)),
        ("a &\nwait", ((1, 1), (2, 2))),
        ("f() {\n  a\n}\nf", ((4, 4),)),
        ("if a; then\n  b\nfi", ((1, 3),)),
        ("while a; do\n  b\ndone", ((1, 3),)),
        ("case x in\n  y) b ;;\nesac", ((1, 3),)),
        ("for x in a b; do\n  c\ndone", ((1, 3),)),
        ("[[ a == b ]]\n((1))\nexport A=1", ((1, 1), (2, 2), (3, 3))),
        ("{\n  a\n}", ((1, 3),)),
        ("cat <<EOF\na\nEOF\nb", ((1, 3), (4, 4))),
        ("cat <<'EOF' | wc -l\na\nEOF\nb", ((1, 3), (4, 4))),
    ],
)
def test_each_statement_is_found_with_its_lines(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert parse_script(text).statements == expected


@pytest.mark.parametrize("text", ["for x in $MAYBE; do\n  a\ndone", "f() { a; }", "for x; do a; done"])
def test_what_bash_may_not_trace_does_not_count(text: str) -> None:
    assert parse_script(text + "\n").statements == ()


@pytest.mark.parametrize("text", ["( a )", "( a ) | ( b )", "{ a; } | { b; }", "( a ) && b", "{ a; } <f"])
def test_what_is_traced_in_a_subshell_counts(text: str) -> None:
    assert parse_script(text).statements == ((1, 1),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("psql -U va -p 8000", "psql -U va_staging -p 8100"),
        ("curl 'http://a:1/'", "curl 'http://b:2/'"),
        ('echo "a $X b"', 'echo "c $X d"'),
        ("cat <<E\na\nE", "cat <<E\nb\nE"),
        ("cat <<E\n${X}a\nE", "cat <<E\n${X}b\nE"),
        ("kill 80", "kill eighty"),
    ],
)
def test_texts_that_differ_in_words_are_the_same_program(first: str, second: str) -> None:
    assert find_difference(parse_script(first), parse_script(second)) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("echo a", "echo a b"),
        ("echo a", "echo a; b"),
        ("echo a", "echo $a"),
        ("echo $A", "echo $B"),
        ("a | b", "a || b"),
        ("a > f", "a >> f"),
        ("a\nb", "a"),
        ("echo 'a'", 'echo "a"'),
    ],
)
def test_texts_that_differ_in_more_than_words_are_not_the_same_program(first: str, second: str) -> None:
    assert find_difference(parse_script(first), parse_script(second)) is not None
    assert find_difference(parse_script(second), parse_script(first)) is not None


def test_the_line_of_the_difference_is_told() -> None:
    assert find_difference(parse_script("a\nb\nc d"), parse_script("a\n# x\nb\nc; d")) == (2, 2)


def test_text_that_is_not_shell_is_found_by_line() -> None:
    assert parse_script("a\nif b; then").syntax_error is not None
    assert parse_script("a\nif b; then c; fi\n").syntax_error is None
