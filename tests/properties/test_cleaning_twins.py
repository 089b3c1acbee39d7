"""Cleaning against a slow, obvious twin: one row after the other, one rule after the other, in plain Python."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import datetime

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.declared import Declared
from pipeline.cleaning.derive import together
from pipeline.cleaning.linked import gathered, link
from pipeline.cleaning.reasons import Reasons, commonest
from pipeline.cleaning.types import Said, plain_numbers, read_number
from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.study.words import interval
from tests.drawn import cleaned, declared

FAULT = "fault"
STUDY = """
missing: {.i: not asked}
variables:
  role: {codes: {1: Recipient, 2: Supporter, 3: Supporter}, missing: {9: refused}}
  days:
    {type: number, range: 0-30, codes: {88: 0}, missing: {99: refused, blank: no answer}, asked_of: {role: Supporter}}
  mood: {type: ordered, codes: {1: Low, 2: Middle, 3: High, blank: Middle}, missing: {9: refused}}
  kinds:
    {type: choices, codes: {1: Talk, 2: Rides, 8: None}, exclusive: 8, missing: {99: refused}, contradicted: others}
  boxes: {columns: {b1: Bus, b2: Car}, unticked: [0, blank], missing: {blank: no answer, 9: refused}}
  help: {count: [h1, h2, h3], except: 7, max_missing: 1, missing: {9: don't know, .i: not asked}}
  since: {type: date, format: "%d.%m.%Y", missing: {blank: not begun}}
  word: {type: text, missing: {blank: nothing, -: nothing}}
"""
COLUMNS = ["role", "days", "mood", "kinds", "b1", "b2", "h1", "h2", "h3", "since", "word"]
ODD = ["x", "-1", "4.5.6", "١", "1e1", "99.0", "blank", "1,5", "31"]
TEXTS = {
    "role": ["1", "2", "3", " 2 ", "9"],
    "days": ["0", "7", "30", "88", "99", "", "3.5", "088", "99.0", "−0"],
    "mood": ["1", "2", "3", "", "9"],
    "kinds": ["1", "2", "1,2", "8", "99", "1,8", "2, 99", "1 , 2"],
    "b1": ["1", "0", "", "9"],
    "b2": ["1", "0", "", "9"],
    "h1": ["1", "7", "9", ".i", "3"],
    "h2": ["1", "7", "9", ".i"],
    "h3": ["1", "7", "9", ".i"],
    "since": ["1.2.2020", "29.02.2020", "", "31.12.1999"],
    "word": ["a", "", "-", "None"],
}


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", text.replace("−", "-")))


def slow_number(text: str) -> tuple:
    if text == "":
        return None, "no answer"
    if not is_number(text):
        return FAULT, ""
    value = float(text.replace("−", "-"))
    if value == 99:
        return None, "refused"
    if value == 88:
        return 0.0, ""
    return (value, "") if 0 <= value <= 30 else (FAULT, "")


def slow_kinds(text: str) -> tuple:
    if text == "99":
        return None, "refused"
    parts = [part.strip() for part in text.split(",")]
    if text == "" or any(part not in ("1", "2", "8", "99") for part in parts):
        return FAULT, ""
    if len(set(parts)) > 1 and ("8" in parts or "99" in parts):
        parts = [part for part in parts if part in "12"]
        if not parts:
            return None, "contradictory answer"
    if set(parts) == {"99"}:
        return None, "refused"
    return tuple(float(code in parts) for code in ("1", "2", "8")), ""


def slow_boxes(one: str, two: str) -> tuple:
    words = {"": "no answer", "9": "refused"}
    if any(text not in ("1", "0", "", "9") for text in (one, two)):
        return FAULT, ""
    if one in words and two in words:
        return None, words[one]
    if "9" in (one, two):
        return FAULT, ""
    return (float(one == "1"), float(two == "1")), ""


def slow_help(texts: list[str]) -> tuple:
    words = {"9": "don't know", ".i": "not asked"}
    if any(text not in words and not re.fullmatch("[0-9]+", text) for text in texts):
        return FAULT, ""
    gone = [words[text] for text in texts if text in words]
    if len(gone) > 1:
        told = [word for word in gone if word != "not asked"] or gone
        return None, max(told, key=told.count)
    return float(sum(text not in words and text != "7" for text in texts)), ""


def slow_date(text: str) -> tuple:
    if text == "":
        return None, "not begun"
    if not re.fullmatch("[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}", text):
        return FAULT, ""
    day, month, year = map(int, text.split("."))
    try:
        return pd.Timestamp(datetime(year, month, day)), ""
    except ValueError:
        return FAULT, ""


def slow_row(row: dict[str, str]) -> dict[str, tuple]:
    row = {column: text.strip() for column, text in row.items()}
    roles = {"1": ("Recipient", ""), "2": ("Supporter", ""), "3": ("Supporter", ""), "9": (None, "refused")}
    moods = {"1": ("Low", ""), "2": ("Middle", ""), "3": ("High", ""), "": ("Middle", ""), "9": (None, "refused")}
    found = {"role": roles.get(row["role"], (FAULT, "")), "mood": moods.get(row["mood"], (FAULT, ""))}
    days = slow_number(row["days"])
    if found["role"][0] == "Recipient" and days[0] != FAULT:
        days = (FAULT, "") if days[0] is not None else (None, "not applicable")
    found["days"] = days
    found["kinds"] = slow_kinds(row["kinds"])
    found["boxes"] = slow_boxes(row["b1"], row["b2"])
    found["help"] = slow_help([row["h1"], row["h2"], row["h3"]])
    found["since"] = slow_date(row["since"])
    found["word"] = (None, "nothing") if row["word"] in ("", "-") else (row["word"], "")
    return found


cell = {column: st.sampled_from(texts) for column, texts in TEXTS.items()}
odd = {column: st.sampled_from([*texts * 6, *ODD]) for column, texts in TEXTS.items()}


def value_of(frame: pd.DataFrame, name: str, row: int) -> object:
    columns = [c for c in frame if c == name or c.startswith(f"{name}=")]
    values = [frame[c].iloc[row] for c in columns]
    values = [None if pd.isna(v) else v for v in values]
    return values[0] if len(values) == 1 else None if None in values else tuple(values)


def cells_of(rows: list[dict[str, str]]) -> Cells:
    text = pd.DataFrame(
        {"id": [f"p{n}" for n in range(len(rows))], **{c: [row[c] for row in rows] for c in COLUMNS}}, dtype="str"
    )
    text.index = pd.Index([str(n) for n in range(len(rows))], name="row", dtype="str")
    return Cells("people", text, user_missing={"h1": frozenset({".i"})})


PARSED = declared(STUDY)


def agrees(rows: list[dict[str, str]]) -> None:
    expected = [slow_row(row) for row in rows]
    faulty = sorted(
        {name for row in expected for name, (value, _) in row.items() if isinstance(value, str) and value == FAULT}
    )
    if faulty:
        try:
            cleaned(PARSED, people=cells_of(rows))
        except Mistakes as caught:
            named = sorted({m.where.split("variables.")[1].split(".")[0] for m in caught.mistakes})
            assert named == faulty
            return
        raise AssertionError(f"did not stop at {faulty}")
    found = cleaned(PARSED, people=cells_of(rows))
    for number, row in enumerate(expected):
        for name, (value, reason) in row.items():
            assert value_of(found.responses["people"], name, number) == value, (name, rows[number])
            assert found.reasons["people"][name].iloc[number] == reason, (name, rows[number])


@settings(max_examples=40)
@given(st.lists(st.fixed_dictionaries(cell), min_size=1, max_size=8))
def test_rows_of_declared_texts(rows: list[dict[str, str]]) -> None:
    agrees(rows)


@settings(max_examples=40)
@given(st.lists(st.fixed_dictionaries(odd), min_size=1, max_size=3))
def test_rows_with_texts_of_every_kind(rows: list[dict[str, str]]) -> None:
    agrees(rows)


REASONS = ["", "refused", "not asked", "not applicable", "don't know"]


@given(st.lists(st.lists(st.sampled_from(REASONS), min_size=3, max_size=3), min_size=1, max_size=20))
def test_the_commonest_reason(rows: list[list[str]]) -> None:
    found = commonest([Reasons.of(pd.Series(part, dtype="str")) for part in zip(*rows, strict=True)])
    for row, at in zip(rows, found.at, strict=True):
        told = [w for w in row if w]
        told = [w for w in told if not w.startswith("not a")] or told
        assert found.words[at] == (max(told, key=told.count) if told else "")


number = st.one_of(st.none(), st.integers(-5, 5))


@given(st.lists(st.tuples(number, number, number), min_size=1, max_size=20), st.integers(0, 3), st.booleans())
def test_sums_and_means_with_missing_parts(rows: list[tuple], allowed: int, mean: bool) -> None:
    parts = [pd.Series([math.nan if v is None else v for v in part], dtype=float) for part in zip(*rows, strict=True)]
    why = [Reasons.of(part.isna().map({True: "gone", False: ""}).astype("str")) for part in parts]
    (values, reasons), filled = together(parts, why, allowed, mean)
    for row, value, at, was_filled in zip(rows, values, reasons.at, filled, strict=True):
        there = [v for v in row if v is not None]
        if not there or len(row) - len(there) > allowed:
            assert math.isnan(value) and reasons.words[at] == "gone" and not was_filled
        else:
            expected = sum(there) / len(there) * (1 if mean else len(row))
            assert math.isclose(value, expected, abs_tol=1e-12) and reasons.words[at] == ""
            assert was_filled == (len(there) < len(row))


visit = st.tuples(st.sampled_from(["a", "b", "c", "z", ""]), st.one_of(st.none(), st.sampled_from(["x", "y"])))


@given(st.lists(visit, max_size=25), st.integers(0, 3), st.sampled_from(["most frequent", "any", "count"]))
def test_levels_of_linked_rows(visits: list[tuple], allowed: int, take: str) -> None:
    here = pd.Series(["b", "a", "c"], dtype="str")
    of = pd.Series(pd.Categorical([v for _, v in visits], categories=["x", "y"]))
    why = Reasons.of(of.isna().map({True: "gone", False: ""}).astype("str"))
    values, reasons = gathered(
        link("visits", here, pd.Series([p for p, _ in visits], dtype="str"), of, why), take, None, allowed
    )
    for person, value, at in zip(values.index, values, reasons.at, strict=True):
        rows = [v for p, v in visits if p == person]
        there = [v for v in rows if v is not None]
        if take == "count":
            assert value == len(there)
            continue
        expected = None
        if take == "any" and "x" in there:
            expected = "x"
        elif there and len(rows) - len(there) <= allowed:
            expected = "y" if take == "any" else Counter(there).most_common(1)[0][0]
        assert (None if pd.isna(value) else value) == expected
        assert reasons.words[at] == ("" if expected else "gone" if rows else "no row in visits")


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "z"]), number), max_size=25), st.integers(0, 3), st.booleans())
def test_sums_and_means_of_linked_rows(visits: list[tuple], allowed: int, mean: bool) -> None:
    here = pd.Series(["a", "b"], dtype="str")
    of = pd.Series([math.nan if v is None else v for _, v in visits], dtype=float)
    why = Reasons.of(of.isna().map({True: "gone", False: ""}).astype("str"))
    linked = link("visits", here, pd.Series([p for p, _ in visits], dtype="str"), of, why)
    values, _ = gathered(linked, "mean" if mean else "sum", None, allowed)
    for person, value in values.items():
        rows = [v for p, v in visits if p == person]
        there = [v for v in rows if v is not None]
        if not there or len(rows) - len(there) > allowed:
            assert math.isnan(value)
        else:
            assert math.isclose(value, sum(there) / len(there) * (1 if mean else len(rows)), abs_tol=1e-12)


texts = st.text(alphabet="0123456789.,-−+e \u00a0", max_size=8)
settings_of_numbers = st.fixed_dictionaries(
    {
        "limits": st.sampled_from([None, interval("0-50"), interval("3+")]),
        "top_code": st.sampled_from([None, 9.0, 40.0]),
        "bands": st.sampled_from([(), (interval("0-9"), interval("10-99")), (interval("<5"), interval("5-20"))]),
    }
)


@settings(max_examples=300)
@given(st.lists(texts, max_size=12), st.sampled_from([".", ","]), settings_of_numbers)
def test_many_numbers_at_once_are_the_numbers_of_one_after_the_other(
    found: list[str], decimal: str, more: dict[str, object]
) -> None:
    codes = Declared({"8": "0"}, {"9": "refused", "": "never"}, {"-1": "not asked"}, frozenset({"7"}))
    read = read_number(codes, decimal, **more)  # type: ignore[arg-type]
    at_once = plain_numbers(codes, decimal, **more)(found)  # type: ignore[arg-type]
    for text, value in zip(found, at_once, strict=True):
        if not math.isnan(value):
            assert read(text) == Said(value)


def test_numbers_that_are_many_need_no_second_look() -> None:
    found = plain_numbers(Declared({}, {}, {}))(["1", "-2.50", "123456789012345", "0.1"])
    assert found.tolist() == [1, -2.5, 123456789012345, 0.1]
