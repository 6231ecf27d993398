"""A block gives back its text exactly, and says what a reader must know before pasting it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from drillbook.core.model import Host, Input, Kind, PasteMode, Rendered, Risk, Skip, Snippet, Status, Waiver, sha256
from drillbook.evidence.record import Record
from drillbook.evidence.status import SnippetResult
from drillbook.project.pages import name_anchor
from drillbook.site.blocks import Link, colour, render_block

TEXTS = {
    "tabs": "cat <<-END\n\tone\ttab\n\tEND",
    "blank lines": "echo one\n\n\n   \n\t\necho two\n ",
    "only blanks": "  \n\n \t ",
    "markup": "echo \"<b>&amp; &lt;\" </code></pre><script>alert('1')</script> <!-- no -->",
    "braces": 'echo "${#A[@]}" {{ x }} {% raw %} {# none #} @{{',
    "a newline first and several last": "\n\necho one\n\n\n",
    "a carriage return": "echo one\r\necho two\r",
    "beyond ASCII": "echo 'naïve 漢字 🚑 \u00a0'",
    "a form feed": "echo a\x0cb",
    "nothing": "",
}
SNIPPET = Snippet(
    id="system/health",
    system="system",
    path="snippets/system/health.sh",
    text="",
    text_line=8,
    file_sha256="",
    title="Ask for <health>",
    host="app",
    directory=None,
    kind=Kind.SHELL,
    risk=Risk.READ_ONLY,
)
RECORD = Record(
    status=Status.PASSED,
    sha256="",
    dependencies={},
    verified=dt.datetime(2026, 11, 20, 4, 3, 11, tzinfo=dt.UTC),
    seconds=0.42,
    sandbox="system as production",
    stand_ins={"qdrant": "answers its health routes only"},
    versions={},
    returncode=0,
    stdout="a <line>\n\n",
    stderr="",
    changed=(),
    problems=(),
)


def make_result(text: str = "true", **changes: Any) -> SnippetResult:
    """Return the result of a snippet of this text; `changes` are fields of snippet, result or record."""
    own: dict[str, Any] = {name: changes.pop(name) for name in ("status", "record", "reason") if name in changes}
    rendered = Rendered(
        snippet=replace(SNIPPET, text=text, **changes),
        environment="production",
        text=text,
        sha256=sha256(text),
        host=Host(role="app", name="app-01.example", user="ops", directory="/opt/system"),
        directory="/opt/system",
        expectations=(),
        aliases=(),
        values={},
    )
    fields: dict[str, Any] = {"status": Status.PASSED, "record": RECORD, "reason": "It ran."} | own
    return SnippetResult(rendered=rendered, **fields)


def show(result: SnippetResult, **options: Any) -> html.HtmlElement:
    """Return the parsed block."""
    return html.fragment_fromstring(
        render_block(result, label="Production", anchor=name_anchor(result.rendered.snippet.id), **options)
    )


def words(element: html.HtmlElement) -> str:
    """Return the text without the spacing of its source."""
    return " ".join(str(element.text_content()).split())


@pytest.mark.parametrize("kind", [Kind.SHELL, Kind.SQL, Kind.CHAT])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_code_holds_exactly_the_text(text: str, kind: Kind) -> None:
    (code,) = show(make_result(text, kind=kind)).xpath(".//*[@data-snippet]//code")
    assert code.text_content() == text


def test_a_text_is_coloured() -> None:
    assert '<span class="nb">echo</span>' in colour("echo one", Kind.SHELL)


def test_a_text_that_the_lexer_would_change_stays_plain() -> None:
    assert colour("echo a\r\n", Kind.SHELL) == "echo a&#13;\n"


def test_a_block_says_that_it_was_pasted_or_why_not() -> None:
    assert "Pasted" not in words(show(make_result()))
    pasted = make_result(record=replace(RECORD, pasted=tuple(PasteMode)))
    assert "Pasted into a terminal as well, with bracketed paste and without." in words(show(pasted))
    plain = make_result(record=replace(RECORD, pasted=(PasteMode.PLAIN,)))
    assert "Pasted into a terminal as well." in words(show(plain))
    kept = make_result(paste_reason="It asks on the terminal.")
    assert "Not pasted: It asks on the terminal." in words(show(kept))


def test_one_element_holds_the_one_pre_with_hash_and_status() -> None:
    block = show(make_result("echo one"))
    (element,) = block.xpath(".//*[@data-snippet]")
    assert element.get("data-snippet") == "system/health"
    assert element.get("data-sha256") == sha256("echo one")
    assert element.get("data-status") == "passed"
    assert len(element.xpath(".//pre/code")) == len(element.xpath(".//pre")) == len(element.xpath(".//code")) == 1
    assert [pre.get("data-kind") for pre in block.iter("pre")] == ["shell", "output"]


def test_output_stands_outside_in_a_details_element() -> None:
    block = show(make_result())
    (output,) = block.xpath(".//details//pre[not(ancestor::*[@data-snippet])]/code")
    assert output.text_content() == "a <line>\n\n"


def test_a_block_says_where_to_run_it() -> None:
    said = words(show(make_result()))
    assert "Production Run on app: ops@app-01.example in /opt/system." in said


def test_a_chat_block_says_to_type_it_into_the_chat() -> None:
    said = words(show(make_result("ACK sam", kind=Kind.CHAT)))
    assert "Production Type it into the chat." in said
    assert "Run on" not in said


@pytest.mark.parametrize(
    ("kind", "said"), [(Kind.SQL, "Paste it into psql on app"), (Kind.PROMQL, "Ask Prometheus on app")]
)
def test_a_query_says_who_reads_it(kind: Kind, said: str) -> None:
    block = words(show(make_result("SELECT 1", kind=kind)))
    assert f"Production {said}: app-01.example." in block
    assert "Run on" not in block


def test_a_verdict_says_when_where_and_how_long() -> None:
    block = show(make_result())
    assert "2026-11-20 04:03 UTC in the sandbox system as production (stand-in: qdrant); it took 0.4 s" in words(block)
    assert block.xpath(".//time[@data-verified]/@datetime") == ["2026-11-20T04:03:11Z"]


@pytest.mark.parametrize(
    ("risk", "word"),
    [(Risk.READ_ONLY, "Reads only"), (Risk.CHANGES, "Changes state"), (Risk.DESTRUCTIVE, "Destroys data")],
)
def test_a_risk_is_a_word_and_a_shape_of_its_own(risk: Risk, word: str) -> None:
    (badge,) = show(make_result(risk=risk)).find_class("db-risk")
    assert words(badge) == word
    assert badge.xpath(".//svg")


def test_an_undo_is_a_link() -> None:
    result = make_result(risk=Risk.CHANGES, changes=("flag",), undo="system/off")
    block = show(result, undo=Link(title="Take it back", href="#system-off"))
    assert "Changes flag. Undo Take it back." in words(block)
    assert "#system-off" in block.xpath(".//p[@class='db-effects']//a/@href")


def test_a_missing_undo_says_why() -> None:
    result = make_result(risk=Risk.DESTRUCTIVE, changes=("data",), undo=Waiver(reason="What is gone is gone."))
    assert "No undo What is gone is gone." in words(show(result))


def test_read_only_is_called_measured_only_where_it_was() -> None:
    assert "as measured" in words(show(make_result()))
    assert "as measured" not in words(show(make_result(status=Status.STALE)))


def test_inputs_and_what_to_run_first_are_named() -> None:
    result = make_result(inputs=(Input(name="INCIDENT", meaning="its number", sandbox="1"),), requires=("a/b",))
    said = words(show(result, requires=(Link(title="Log in", href=None),)))
    assert "INCIDENT: its number" in said
    assert "Run first, in the same shell: Log in." in said


def test_a_stream_says_how_it_ends() -> None:
    assert "Runs until you press Ctrl-C." in words(show(make_result(stream_within=10)))


@pytest.mark.parametrize(
    ("status", "word"),
    [(Status.FAILED, "Failed"), (Status.STALE, "Not verified as shown"), (Status.UNVERIFIED, "Not verified")],
)
def test_what_is_not_verified_says_so_above_the_text_with_its_reason(status: Status, word: str) -> None:
    block = show(make_result(status=status, reason="Because of <this>."))
    said = words(block.find_class("db-head")[0])
    assert word in said
    assert "Because of <this>." in said
    assert not block.xpath(".//*[@class='db-foot']//*[@class='db-verdict']")


def test_a_skip_says_why_who_and_until_when() -> None:
    skip = Skip(reason='It calls "people".', owner="on-call lead", expires=dt.date(2027, 5, 1))
    block = show(make_result(status=Status.SKIPPED, record=None, skip=skip))
    (element,) = block.xpath(".//*[@data-snippet]")
    assert (element.get("data-reason"), element.get("data-owner"), element.get("data-expires")) == (
        'It calls "people".',
        "on-call lead",
        "2027-05-01",
    )
    assert 'Not run It calls "people". Answering for that: on-call lead. Holds until 2027-05-01.' in words(block)


def test_problems_of_a_failed_run_are_listed() -> None:
    record = replace(RECORD, status=Status.FAILED, problems=("expected <a>", "found b"), stdout="", stderr="oh\n")
    block = show(make_result(status=Status.FAILED, record=record))
    assert [item.text_content() for item in block.xpath(".//details//li")] == ["expected <a>", "found b"]
    assert "Standard error" in words(block)


def test_a_silent_run_says_that_it_printed_nothing() -> None:
    assert "It printed nothing." in words(show(make_result(record=replace(RECORD, stdout=""))))


def test_the_copy_button_is_named_after_the_snippet_and_hidden_until_a_script_shows_it() -> None:
    (button,) = show(make_result()).xpath(".//button")
    assert button.get("aria-label") == "Copy: Ask for <health>"
    assert button.get("hidden") is not None


def test_a_second_block_of_a_snippet_has_an_anchor_of_its_own() -> None:
    assert name_anchor("system/health") == "system-health"
    assert name_anchor("system/health", 2) == "system-health-2"
