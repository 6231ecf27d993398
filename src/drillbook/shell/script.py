"""A shell text, parsed once into a frozen `Script`; and whether two are the same program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from drillbook.shell.inner import find_aliases, find_script, reads_script
from drillbook.shell.streams import find_here_document, is_fed, is_piped, is_shown
from drillbook.shell.syntax import (
    DATA,
    Lines,
    climb,
    find_lines,
    find_statements,
    find_syntax_error,
    first_line,
    last_line,
    parse,
    read_node,
    read_words,
    strip_quotes,
    walk,
)

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

KEPT = 1024
"""How many are kept: `check` looks at each text several times, and a whole project has some hundreds."""
_SIMPLE = frozenset(
    {"pipeline", "command", "redirected_statement", "variable_assignment", "declaration_command", "test_command"}
)
_COMPOUND = frozenset(
    {"if_statement", "while_statement", "for_statement", "c_style_for_statement", "case_statement", "list"}
    | {"compound_statement", "subshell", "function_definition"}
)
_SUBSTITUTION = frozenset({"command_substitution", "process_substitution"})
_ARITHMETIC = frozenset({"binary_expression", "arithmetic_expansion", "parenthesized_expression", "subscript"})
_UNSPLIT = frozenset(
    {"string", "variable_assignment", "test_command", "heredoc_body", "heredoc_redirect"}
    | {"herestring_redirect", "case_statement", "arithmetic_expansion", "compound_statement"}
)


class Way(StrEnum):
    """How a command is given a script."""

    QUOTED = "quoted script"
    """As a word: `ssh host '…'`, `sh -c '…'`."""
    ALIAS = "alias"
    HERE_DOCUMENT = "here-document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A script within a script."""

    way: Way
    script: Script
    before: tuple[str, ...]
    """The command's words before the script, without the quotes around them."""
    line: int
    """Of the outer script, on which the inner one begins; of a word, the line of its command."""

    def locate(self, line: int) -> int:
        """Return the outer script's line of a line of this one; in a word, all are its command's."""
        return self.line + line - 1 if self.way is Way.HERE_DOCUMENT else self.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A simple command, wherever it stands in a script."""

    line: int
    words: tuple[str, ...]
    """Its name and arguments as they stand, quotes included."""
    plain: tuple[str, ...]
    """The same without the quotes around them."""
    document: str | None
    """The here-document that is its standard input."""
    inner: tuple[Inner, ...]
    """The scripts that it is given."""
    piped: bool
    """It reads what the command before it in a pipeline prints."""
    fed: bool
    """Its standard input is something else than the terminal."""
    shown: bool
    """Its standard output is the terminal."""
    statement_end: int
    """The line on which the statement ends that it is a part of."""
    followed: bool
    """The last statement of the script begins behind it, on the line on which it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A place where a variable is assigned or expanded."""

    name: str
    line: int
    assigned: bool = False
    demanded: bool = False
    """`${NAME:?…}`: the shell stops where it is not set."""
    split: bool = False
    """The shell splits its value into words: outside of quotes, assignments, tests, here-documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is started in the background."""

    line: int
    """Of its `&`."""
    pipeline_line: int | None
    """The line on which it begins, if it is a pipeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A shell text as bash reads it. Lines count from 1; all else is in the order of the text."""

    text: str
    tree: Tree = field(repr=False, compare=False)
    syntax_error: int | None
    """The line of the first place that is not shell."""
    last_line: int
    """The line on which the last statement ends; 0 where there are only comments."""
    statements: tuple[Lines, ...]
    """The statements that a whole run must have traced, see `find_statements`."""
    commands: tuple[Command, ...]
    variables: tuple[Variable, ...]
    pipelines: tuple[Lines, ...]
    simple_spans: tuple[Lines, ...]
    """Pipelines and commands that hold no loop, condition or list: in each, one line stands for all."""
    jobs: tuple[Job, ...]
    substitution_lines: tuple[int, ...]
    """The lines on which a command or a process is substituted."""
    data_lines: frozenset[int]
    """The lines inside of quotes or here-documents."""


@lru_cache(maxsize=KEPT)
def parse_script(text: str) -> Script:
    """Parse a shell text, and the scripts within it; one that is not shell has a `syntax_error`."""
    tree = parse(text)
    root = tree.root_node
    nodes = tuple(walk(root))
    compound = {above.id for node in nodes if node.type in _COMPOUND for above in climb(node)}
    return Script(
        text=text,
        tree=tree,
        syntax_error=find_syntax_error(root),
        last_line=max((last_line(node) for node in root.named_children if node.type != "comment"), default=0),
        statements=tuple(find_statements(root)),
        commands=tuple(_read_commands(root)),
        variables=tuple(_read_variables(nodes)),
        pipelines=tuple(find_lines(node) for node in nodes if node.type == "pipeline"),
        simple_spans=tuple(find_lines(node) for node in nodes if node.type in _SIMPLE and node.id not in compound),
        jobs=tuple(_read_jobs(nodes)),
        substitution_lines=tuple(first_line(node) for node in nodes if node.type in _SUBSTITUTION),
        data_lines=frozenset(
            row + 1
            for node in nodes
            if node.type in {"string", "raw_string", "heredoc_body"}
            for row in range(node.start_point[0] + (node.type != "heredoc_body"), node.end_point[0] + 1)
        ),
    )


def _read_commands(root: Node) -> Iterator[Command]:
    last = root.named_children[-1] if root.named_children else root
    for statement in root.children:
        for node in walk(statement):
            if node.type != "command":
                continue
            line, words = first_line(node), read_words(node)
            plain = tuple(map(strip_quotes, words))
            document = find_here_document(node)
            yield Command(
                line=line,
                words=words,
                plain=plain,
                document=document[1] if document else None,
                inner=tuple(_read_inner(line, words, plain, document)),
                piped=is_piped(node),
                fed=is_fed(node),
                shown=is_shown(node),
                statement_end=last_line(statement),
                followed=node.end_byte <= last.start_byte and last_line(node) == first_line(last),
            )


def _read_inner(
    line: int, words: tuple[str, ...], plain: tuple[str, ...], document: tuple[int, str] | None
) -> Iterator[Inner]:
    quoted = find_script(words)
    if quoted:
        yield Inner(way=Way.QUOTED, script=parse_script(quoted[1]), before=quoted[0], line=line)
    for value in find_aliases(words):
        yield Inner(way=Way.ALIAS, script=parse_script(value), before=plain[:1], line=line)
    if document and (reads_script(plain) or (plain[:1] == ("bash",) and not quoted)):
        yield Inner(way=Way.HERE_DOCUMENT, script=parse_script(document[1]), before=plain, line=document[0])


def _read_variables(nodes: Iterable[Node]) -> Iterator[Variable]:
    for node in nodes:
        if node.type == "variable_assignment":
            yield Variable(name=read_node(node.children[0]), line=first_line(node), assigned=True)
        elif node.type in {"expansion", "simple_expansion"}:
            yield Variable(
                name=next((read_node(child) for child in node.children if child.type == "variable_name"), ""),
                line=first_line(node),
                demanded=any(child.type in {":?", "?"} for child in node.children),
                split=_is_split(node),
            )


def _is_split(node: Node) -> bool:
    for above in climb(node)[1:]:
        if above.type in _UNSPLIT:
            return False
        if above.type == "command":
            return True
    return False


def _read_jobs(nodes: Iterable[Node]) -> Iterator[Job]:
    for node in nodes:
        # In arithmetic `&` is an operator.
        if node.type == "&" and node.parent and node.parent.type not in _ARITHMETIC:
            before = node.prev_sibling
            pipeline = before if before and before.type == "pipeline" else None
            yield Job(line=first_line(node), pipeline_line=first_line(pipeline) if pipeline else None)


def find_difference(first: Script, second: Script) -> tuple[int, int] | None:
    """Return the lines at which two scripts stop being the same program, or None where only words differ."""
    if first.text == second.text:
        return None
    left, right = first.tree.root_node, second.tree.root_node
    for one, other in zip_longest(_outline(left), _outline(right)):
        if one is None or other is None or one[1] != other[1]:
            ends = (last_line(left), last_line(right))
            return (one[0] if one else ends[0], other[0] if other else ends[1])
    return None


def _outline(root: Node) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Yield the line and the shape of each node; two trees are alike when these are, in order and depth."""
    pending = [(root, 0)]
    while pending:
        node, depth = pending.pop()
        # A number is a word that happens to have digits only: `-U 8000` and `-U va` are the same program.
        kind = "word" if node.type == "number" else node.type
        leaf = read_node(node) if not node.child_count and node.type not in DATA else ""
        yield first_line(node), (depth, kind, leaf, node.is_missing)
        if node.type not in DATA:
            pending.extend((child, depth + 1) for child in reversed(node.children))
