"""Where a command's standard input comes from, and where its standard output goes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from drillbook.shell.syntax import climb, first_line, read_node

if TYPE_CHECKING:
    from tree_sitter import Node


def is_piped(node: Node) -> bool:
    """Say whether a command reads what the one before it in a pipeline prints."""
    parent = node.parent
    return parent is not None and parent.type == "pipeline" and parent.named_children[0] != node


def is_fed(command: Node) -> bool:
    """Say whether a command's standard input is something else than the terminal."""
    way = climb(command)
    for node, parent in pairwise(way):
        if parent.type == "pipeline" and parent.named_children[0] != node:
            return True
        if parent.type == "heredoc_redirect":  # a pipe behind a here-document's mark
            return True
    return any(
        part.type in {"heredoc_redirect", "herestring_redirect"}
        or (part.type == "file_redirect" and any(child.type in {"<", "<&"} for child in part.children))
        for node in way
        if node.type in {"command", "redirected_statement"}
        for part in node.children
    )


def is_shown(command: Node) -> bool:
    """Say whether a command's standard output is the terminal."""
    for node, parent in pairwise(climb(command)):
        if parent.type in {"command_substitution", "process_substitution"}:
            return False
        if parent.type == "pipeline" and parent.named_children[-1] != node:
            return False
        parts = [
            part for redirect in parent.children if redirect.type.endswith("_redirect") for part in redirect.children
        ]
        if parent.type == "redirected_statement" and any(part.type in {">", ">>", "&>", "pipeline"} for part in parts):
            return False
    return True


def find_here_document(command: Node) -> tuple[int, str] | None:
    """Return the here-document that is a command's standard input, and the line on which it begins."""
    for node in climb(command)[:2]:
        for part in node.children if node.type == "redirected_statement" else ():
            if part.type == "heredoc_redirect":
                bodies = [below for below in part.children if below.type == "heredoc_body"]
                line = first_line(bodies[0]) if bodies else first_line(part)
                return line, "".join(read_node(body) for body in bodies)
    return None
