"""What the project exports is read alike in every format, and no honest table of its own gives an alarm."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest

from pipeline.audit import Asked, Audit, audit
from pipeline.tables.fill import fill
from pipeline.tables.formats import FORMATS
from pipeline.tables.style_file import style
from tests import drawn_options
from tests.drawn_options import AXES, NONE, Printed, printed

PLAIN = {name: values[0] for name, values in AXES.items()} | {"people": 340, "blanks": 0.04, "rule": NONE}
ROWS = {"columns": "[programme, trust]", "percent": "row", "missing": "footnote"}
EXACT = Asked(rule="none")


@cache
def made(*options: tuple[str, Any]) -> Printed:
    return printed(PLAIN | dict(options), 3)


def audited(ending: str, look: str, **options: Any) -> Audit:
    """Of a file with the same table twice."""
    filled = fill(made(*options.items()).table, made(*options.items()).released, style(look, {}))
    data = FORMATS[ending]([(filled, "Table 1"), (filled, "Table 2")])
    return audit({f"tables.{ending}": data}, EXACT)


def agrees(ending: str, look: str, **options: Any) -> None:
    found, wanted = audited(ending, look, **options), audited("html", look, **options)
    assert [f.line for f in found.findings] == []
    assert [t.percentages for t in found.tables] == [t.percentages for t in wanted.tables]
    assert [t.groups for t in found.tables] == [t.groups for t in wanted.tables] and len(found.tables) == 2


@pytest.mark.parametrize("look", ["apa", "bmj", "plain"])
def test_markdown_has_all_its_notes_and_its_headings_above_others(look):
    agrees("md", look, **ROWS)


@pytest.mark.parametrize("look", ["apa", "bmj", "plain"])
def test_latex_over_several_pages_is_one_table_with_its_notes(look):
    agrees("tex", look, **ROWS)


@pytest.mark.parametrize("look", ["bmj", "jama"])
def test_latex_in_one_part_has_its_marks(look):
    agrees("tex", look, columns="programme", missing="footnote")


@pytest.mark.parametrize("look", ["apa", "bmj", "plain"])
def test_a_csv_file_may_hold_several_tables(look):
    agrees("csv", look, **ROWS)


def test_the_list_of_numbers_behind_a_workbook_s_tables_is_no_table():
    agrees("xlsx", "plain", columns="[programme, trust]", people=70)


def _changed(text: Callable[[dict[str, Any]], str], before: str, after: str, options: dict[str, Any]) -> str:
    return text(options).replace(before, after)


@pytest.mark.parametrize("columns", ["programme", "trust"])
def test_newcombe_s_intervals_are_held_against_their_counts(columns, monkeypatch):
    text = drawn_options._text
    for before, after in (("choices: people", "differences: true, choices: people"),
                          ("{type: ordered", "{type: ordered, reference: A little")):  # fmt: skip
        text = partial(_changed, text, before, after)
    monkeypatch.setattr(drawn_options, "_text", text)
    some = printed(PLAIN | {"columns": columns, "people": 180}, 4)
    page = FORMATS["html"]([(fill(some.table, some.released), "Table 1")]).decode()
    assert "Newcombe" in page
    assert [f.line for f in audit({"t.html": page.encode()}, EXACT).findings] == []
    whole, high = re.search(r"<th[^>]*>Men</th>.*?(>−?[0-9.]+ \(−?[0-9.]+(?:,| to) (−?[0-9.]+)\))", page, re.S).groups()
    off = whole.replace(f"{high})", f"{float(high.replace('−', '-')) + 3:.1f})".replace("-", "−"))
    found = audit({"t.html": page.replace(whole, off, 1).encode()}, EXACT).findings
    assert any("is not reproduced by" in f.says for f in found)


@pytest.mark.parametrize("look", ["plain", "apa", "bmj"])
def test_percentages_of_people_and_of_answers_in_one_cell_are_both_checked(look):
    """``46 (29.5%; 28.9% of answers)`` stayed unread; each is held against its own number."""
    options = {"columns": "programme", "choices": "both"}
    agrees("html", look, **options)
    some = made(*options.items())
    page = FORMATS["html"]([(fill(some.table, some.released, style(look, {})), "Table 1")]).decode()
    whole, people, share = re.search(r"<th[^>]*>Visits.*?(>[0-9]+ \(([0-9.]+)%?; ([0-9.]+))", page, re.S).groups()
    for before, where in ((people, "its own first line"), (share, "its line 'Answers given'")):
        off = whole.replace(before, f"{float(before) + 2:.1f}", 1)
        found = audit({"t.html": page.replace(whole, off, 1).encode()}, EXACT).findings
        assert any("is not possible" in f.says and where in f.says for f in found)


@pytest.mark.parametrize(
    "options", [{}, {"choices": "answers"}, {"percent": "cell", "counts": "n/N", "choices": "both"}, {"percent": "row"}]
)
def test_differences_of_people_are_not_held_against_other_counts(options, monkeypatch):
    text = partial(_changed, drawn_options._text, "overall: true", "smd: true, differences: true, overall: true")
    monkeypatch.setattr(drawn_options, "_text", text)
    some = printed(PLAIN | {"columns": "programme", "people": 180} | options, 4)
    page = FORMATS["html"]([(fill(some.table, some.released), "Table 1")])
    assert b"Newcombe" in page
    assert [f.line for f in audit({"t.html": page}, EXACT).findings] == []
