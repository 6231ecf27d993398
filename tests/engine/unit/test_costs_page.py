"""The page of costs says what was measured, and no number in it is typed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.flips import add, describe, read_report
from benchmarks.page import PAGE, fill_page, read_measured

FIGURE = {"seconds": 3.0, "floor_seconds": 1.5, "ratio": 2.0, "floor_is": "a floor", "aim": "2 s"}
RUN = {"date": "2026-11-28", "revision": "abc1234", "plan": ["plan for 2026-11-28", "  7  changed"]}
PAGE_OF_PARTS = "".join(
    f"<!-- measured: {name} -->\nwritten by hand\n<!-- until here -->\n" for name in ("figures", "gate", "plans")
)


def test_the_page_is_made_from_what_was_measured() -> None:
    page = PAGE.read_text("utf-8")
    assert page == fill_page(page, *read_measured())


def test_a_figure_stands_beside_its_floor_and_a_run_beside_its_minutes() -> None:
    gate = {
        "page warm": RUN | {"minutes": 11.5, "green": True},
        "engine all cold": RUN | {"minutes": 50.0, "green": False},
    }
    page = fill_page(PAGE_OF_PARTS, {"processors": 2, "figures": {"a thing": FIGURE}}, gate, {})
    assert "by hand" not in page
    assert "| a thing | 3 | 1.5 | 2 | a floor | 2 s |" in page
    assert "| page | warm | 11.5 | green | `abc1234`, 2026-11-28 |" in page
    assert "| engine, everything | cold | 50.0 | red |" in page
    assert page.count("  7  changed") == 1


def test_a_verdict_that_comes_out_both_ways_is_named(tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    case = '<testcase classname="snippets.shop.health.sh" name="staging">{}</testcase>'
    other = '<testcase classname="tests.engine.unit.test_it" name="test_it"/>'
    counts: dict[str, dict[str, int]] = {}
    for inner in ("", "<failure/>", ""):
        report.write_text(f"<testsuites><testsuite>{case.format(inner)}{other}</testsuite></testsuites>", "utf-8")
        counts = add(counts, read_report(report))
    assert counts == {"shop.health.sh::staging": {"passed": 2, "failed": 1}}
    said = describe(counts)
    assert "1 verdicts were made 3 times in all, 1 of them twice or more; 1 came out" in said
    assert "| `shop.health.sh::staging` | failed 1, passed 2 |" in said


def test_what_is_skipped_is_no_verdict(tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    case = '<testcase classname="snippets.shop.health.sh" name="staging"><skipped/></testcase>'
    report.write_text(f"<testsuites><testsuite>{case}</testsuite></testsuites>", "utf-8")
    assert read_report(report) == {}
