"""The syntax tree of a shell text: its nodes, their lines, the statements that bash traces.

The grammar is tree-sitter's; it is loaded on first use, because most runs of Drillbook parse nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

Lines = tuple[int, int]
"""The first and the last line of something, from 1."""

DATA = frozenset(
    {
        "ansi_c_string",
        "comment",
        "heredoc_body",
        "heredoc_content",
        "number",
        "raw_string",
        "regex",
        "string_content",
        "word",
    }
)
"""Nodes whose text is data: two environments may differ there and nowhere else."""
# Nodes for which bash always calls a DEBUG trap in the shell that reads them.
_TRACED = frozenset(
    {
        "c_style_for_statement",
        "case_statement",
        "command",
        "declaration_command",
        "test_command",
        "unset_command",
        "variable_assignment",
        "variable_assignments",
    }
)


@cache
def _parser() -> Parser:
    import tree_sitter_bash  # noqa: PLC0415  # slow to load, see the module's docstring
    from tree_sitter import Language, Parser  # noqa: PLC0415  # likewise

    return Parser(Language(tree_sitter_bash.language()))


def parse(text: str) -> Tree:
    """Return the text's syntax tree; it holds ERROR nodes where the text is not shell."""
    return _parser().parse(text.encode())


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, in the order of the text."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(current.children))


def climb(node: Node) -> list[Node]:
    """Return the node and all above it but the root; the last is a statement of the text."""
    way = [node]
    while (parent := way[-1].parent) is not None and parent.parent is not None:
        way.append(parent)
    return way


def read_node(node: Node) -> str:
    """Return the text that a node covers."""
    return (node.text or b"").decode(errors="replace")


def first_line(node: Node) -> int:
    """Return the line on which a node begins, from 1."""
    return node.start_point[0] + 1


def last_line(node: Node) -> int:
    """Return the line on which a node ends; one that ends with its newline does not reach the next line."""
    row, column = node.end_point
    return row if column == 0 and row > node.start_point[0] else row + 1


def find_lines(node: Node) -> Lines:
    """Return the lines of a node."""
    return first_line(node), last_line(node)


def find_syntax_error(root: Node) -> int | None:
    """Return the line of the first place that is not shell, or None."""
    if not root.has_error:
        return None
    return min((first_line(node) for node in walk(root) if node.is_error or node.is_missing), default=1)


def find_statements(root: Node) -> Iterator[Lines]:
    """Yield the lines of each statement that a whole run must have traced.

    A statement counts when a DEBUG trap, in the shell or in a subshell of it, is bound to see one of its
    commands. Not counted are functions that are only defined, and loops over a list that may be empty.
    """
    for node in root.named_children:
        if _is_traced(node):
            yield from _split_lines(node)


def _split_lines(node: Node) -> Iterator[Lines]:
    """Yield a node's lines; in two parts where the grammar joins `X=1 Y=2` with the command on the next line."""
    start = node
    for before, after in pairwise(node.children):
        if before.type == "variable_assignment" and first_line(after) > last_line(before):
            gap = (node.text or b"")[before.end_byte - node.start_byte : after.start_byte - node.start_byte]
            if b"\n" in gap.replace(b"\\\n", b""):
                yield first_line(start), last_line(before)
                start = after
    yield first_line(start), last_line(node)


def _is_traced(node: Node) -> bool:  # noqa: PLR0911 - one return a kind
    """Say whether a command of the node is traced each time it runs."""
    children = node.named_children
    match node.type:
        case kind if kind in _TRACED:
            return True
        case "list" | "if_statement" | "while_statement" | "negated_command":
            return bool(children) and _is_traced(children[0])
        case "redirected_statement":
            body = node.child_by_field_name("body")
            # Behind a here-document's mark may stand a pipe: `{ :; } <<EOF | cat`.
            return body is None or any(_is_traced(part) for child in children for part in (child, *child.children))
        case "pipeline" | "subshell":
            return any(_is_traced(child) for child in children)
        case "compound_statement":
            # `((…))` is one too, and is traced itself.
            return node.children[0].type == "((" or any(_is_traced(child) for child in children)
        case "for_statement":
            values = [child for child in children[1:] if child.type != "do_group"]
            return bool(values) and all(child.type in DATA or child.type == "string" for child in values)
        case _:
            return False


def read_words(command: Node) -> tuple[str, ...]:
    """Return a simple command's name and arguments as they stand, quotes included."""
    return tuple(
        read_node(child)
        for child in command.named_children
        if child.type not in {"variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect"}
    )


def strip_quotes(word: str) -> str:
    """Return a word without the quotes around it, if it has any."""
    if len(word) >= 2 and word[0] == word[-1] and word[0] in "'\"":
        return word[1:-1]
    return word
