"""Cells from released texts alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.disclosure import draft
from pipeline.errors import StageFailed
from pipeline.results import ALL, Key, Number, Results, Sentence
from pipeline.tables.as_html import to_html
from pipeline.tables.fill import fill
from pipeline.tables.table import Column, Row, Table, table_from_dict


def key(term: str, level: str, statistic: str, group: str = ALL) -> Key:
    return Key("participants", "t", term, level, group, statistic)


NUMBERS = Results.of([
    Number(key("", "", "n"), 1204, 1204),
    Number(key("sex", "", "denominator"), 1200, 1200),
    Number(key("sex", "Men", "n"), 590, 590),
    Number(key("sex", "Men", "percent"), 49.15, 590),
    Number(key("age", "", "mean"), -1.25, 40, 1),
    Number(key("age", "", "sd"), float("nan"), 1, 1),
    Number(key("gone", "", "mean"), float("nan"), 0),
    Number(key("gone", "", "sd"), float("nan"), 0),
])  # fmt: skip
PART, MEAN = "count", "mean_sd"


def table(*rows: Row, notes: tuple[Sentence, ...] = (), title: str = "T") -> Table:
    return Table("participants", "t", title, (Column(ALL, "Overall", key("", "", "n")),), rows, notes, "Who")


def cell(row: Row, released: object = None) -> str:
    return fill(table(row), released or draft(NUMBERS)).rows[0].cells[0]  # type: ignore[arg-type]


def test_a_cell_holds_texts_as_released() -> None:
    filled = fill(table(Row("Men", "sex", "Men", PART, "level", 1)), draft(NUMBERS))
    assert filled.columns[0].head == "Overall (n = 1,204)"
    assert filled.rows[0].cells == ("590 (49.2%)",)
    assert filled.rows[0].keys == ((key("sex", "Men", "n"), key("sex", "Men", "percent")),)
    assert (filled.kind, filled.name, filled.stub, filled.notes) == ("participants", "t", "Who", ())


def test_what_does_not_exist_prints_na_and_the_table_says_so() -> None:
    filled = fill(table(Row("Age", "age", form=MEAN), Row("Gone", "gone", form=MEAN)), draft(NUMBERS))
    assert [row.cells for row in filled.rows] == [("−1.3 (NA)",), ("NA",)]
    assert filled.notes == (
        "SD: standard deviation.",
        "NA: does not exist, such as a percentage of nobody or the SD of one person",
    )


def test_a_cell_without_any_result_is_empty_and_one_with_some_stops() -> None:
    assert cell(Row("Nobody asked", "other", "", PART)) == ""
    assert cell(Row("A heading", "sex")) == ""
    with pytest.raises(StageFailed, match=r"^table 't', 'Sex', 'Overall': no result for n$"):
        cell(Row("Sex", "sex", "", "n_of"))


def test_withheld_cells_print_c_and_the_table_says_why(hiding) -> None:  # type: ignore[no-untyped-def]
    men = Row("Men", "sex", "Men", PART)
    assert cell(men, hiding(NUMBERS, key("sex", "Men", "n"), key("sex", "Men", "percent"))) == "[c]"
    age = Row("Age", "age", form=MEAN)
    assert cell(age, hiding(NUMBERS, key("age", "", "mean"))) == "[c] (NA)"
    filled = fill(table(men), hiding(NUMBERS, key("", "", "n")))
    assert filled.columns[0].head == "Overall (n = [c])"
    assert filled.notes == ("[c] withheld: small numbers",)


def test_a_count_or_a_percentage_stands_alone_without_the_other(hiding) -> None:  # type: ignore[no-untyped-def]
    men = Row("Men", "sex", "Men", PART)
    for gone, left in (("n", "49.2%"), ("percent", "590")):
        filled = fill(table(men), hiding(NUMBERS, key("sex", "Men", gone)))
        assert filled.rows[0].cells == (left,)
        assert filled.rows[0].keys == ((key("sex", "Men", "n"), key("sex", "Men", "percent")),)
        assert filled.notes == (
            "A count or a percentage that stands alone: the other is withheld, because small numbers could be worked "
            "out from both; for the same reason some percentages are whole numbers.",
        )


def test_notes_take_their_numbers_from_the_door(hiding) -> None:  # type: ignore[no-untyped-def]
    note = Sentence("{n} people.", {"n": key("", "", "n")})
    assert fill(table(notes=(note,)), draft(NUMBERS)).notes == ("1,204 people.",)
    hidden = fill(table(notes=(note,)), hiding(NUMBERS, key("", "", "n"))).notes
    assert hidden[0] == "[withheld] people."


def test_words_that_look_like_templates_or_controls_stay_words() -> None:
    filled = fill(table(Row("{n} \x07of\nthem", "sex", "Men", "n"), title="{mean.__class__}"), draft(NUMBERS))
    assert filled.title == "{mean.__class__}"
    assert filled.rows[0].label == "{n} \ufffdof them"


def test_a_column_may_bring_its_own_template_and_a_row_its_own_name() -> None:
    found = Results.of(
        [Number(Key("scale", n, "", "", "wave=1", s), v, 40) for n, v in (("a", 1), ("b", 2)) for s in ("n", "mean")]
    )
    layout = Table(
        "scale", "both", "Both", (Column("wave=1", "n", form="n"), Column("wave=1", "Mean", form="mean")),
        (Row("A", "", form="n", name="a"), Row("B", "", form="n", name="b"), Row("Heading", "")),
    )  # fmt: skip
    assert [row.cells for row in fill(layout, draft(found)).rows] == [("1", "1.0"), ("2", "2.0"), ("", "")]


def test_a_layout_survives_a_trip_through_json() -> None:
    layout = table(
        Row("Men", "sex", "Men", PART, "level", 1), notes=(Sentence("{n} people.", {"n": key("", "", "n")}),)
    )
    back = table_from_dict(json.loads(json.dumps(layout.to_dict())))
    assert back == layout
    assert fill(back, draft(NUMBERS)) == fill(layout, draft(NUMBERS))


def test_equal_columns_have_each_its_own_cell() -> None:
    twin = {"group": "wave=1", "label": "n", "n": None}
    cells = (("n", key("sex", "Men", "n")), ("percent", key("sex", "Men", "percent")))
    layout = Table("scale", "both", "Both", (Column(**twin), Column(**twin)), (Row("Men", "", cells=cells),))  # type: ignore[arg-type]
    assert [layout.form(layout.rows[0], column) for column in layout.columns] == ["n", "percent"]
    assert [list(layout.keys(layout.rows[0], column)) for column in layout.columns] == [["n"], ["percent"]]


SCRIPT = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    ("where", "given"),
    [
        *(("rows", {"indent": v}) for v in (SCRIPT, "1", 1.5, True, -1, 10, None, [1])),
        *(("rows", {"kind": v}) for v in (SCRIPT, "Level", "", 1, None)),
        *(("rows", {name: v}) for name in ("label", "term", "form", "unit", "name", "group") for v in (1, None)),
        *(("rows", {"texts": v}) for v in ([1], ["one too few"], 1, None)),
        *(("rows", {"cells": v}) for v in ([None], [[1, list("abcdef")], None], [["n", [1, 2, 3, 4, 5, 6]], None])),
        ("rows", {"cell_notes": [[]]}),
        *(("columns", {name: v}) for name in ("group", "label", "spanner", "level") for v in (1, None, ["a"])),
        ("columns", {"form": 1}), ("columns", {"beside": [1]}), ("columns", {"n": [1, "", "", "", "", ""]}),
        *(("", {name: v}) for name in ("kind", "name", "title", "stub") for v in (1, None, ["a"])),
    ],
    ids=str,
)  # fmt: skip
def test_a_layout_with_anything_else_in_the_place_of_words_is_none(where: str, given: dict[str, object]) -> None:
    layout = table(Row("Men", "sex", "Men", PART, "level", 1))
    layout = replace(layout, columns=(*layout.columns, *layout.columns)[:2])
    noted = json.loads(json.dumps(layout.to_dict()))
    assert table_from_dict(noted) == layout
    (noted[where][0] if where else noted).update(given)
    with pytest.raises((TypeError, ValueError)):
        table_from_dict(noted)


def test_a_line_s_kind_and_indent_are_words_of_the_page_and_no_part_of_it() -> None:
    filled = fill(table(Row("Men", "sex", "Men", PART, "level", 1)), draft(NUMBERS))
    odd = replace(filled.rows[0], kind=SCRIPT, indent=SCRIPT)  # type: ignore[arg-type]
    assert "<script" not in to_html(replace(filled, rows=(odd,)))


def test_what_is_withheld_in_a_row_is_marked_once(hiding) -> None:  # type: ignore[no-untyped-def]
    held = {"n": 21.0, "percent": 40.0, "ci_low": 28.0, "ci_high": 54.0}
    cells = (Number(key("sex", "Men", s), value, 21) for s, value in held.items())
    numbers = Results.of([Number(key("", "", "n"), 52, 52), *cells])
    row = Row("Men", "sex", "Men", "count_ci")
    assert cell(row, hiding(numbers, *(key("sex", "Men", s) for s in ("percent", "ci_low", "ci_high")))) == "21 ([c])"
    assert cell(row, hiding(numbers, *(key("sex", "Men", s) for s in ("ci_low", "ci_high")))) == "21 (40.0%; [c])"
    both = hiding(numbers, key("sex", "Men", "n"), key("sex", "Men", "percent"))
    assert cell(row, both) == "[c] ([c]; 28.00 to 54.00)"
