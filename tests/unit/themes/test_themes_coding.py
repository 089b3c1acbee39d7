"""The value that all counts of themes are made from. The interviews are made up."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import StageFailed
from pipeline.themes.coding import CODES, DOCUMENTS, PEOPLE, SEGMENTS, Coding, ancestors, coding_of, nothing, under

DOCS = pd.DataFrame({"participant": ["p1", "p2"], "length": [40, None]}, index=["first", "second"])
PEOPLE_ = pd.DataFrame({"role": ["Recipients", None], "age": ["31", None]}, index=["p1", "p2"])
BOOK = pd.DataFrame({"definition": ["of someone alike"]}, index=["Support::heard"])
LINES = [
    ("second", "p2", "Support", "A", None, None, "made up"),
    ("first", "p1", "Support::heard", "B", 3, 9, "made up"),
    ("first", "p1", "Support", "A", 3, 9, ""),
    ("first", "p1", "Support", "A", None, None, ""),
    ("first", "p1", "Support", "A", 0, 40, ""),
]


def coded(lines: list[tuple] = LINES) -> Coding:
    return coding_of(DOCS, PEOPLE_, BOOK, pd.DataFrame(lines, columns=list(SEGMENTS)))


def test_the_frames_have_their_columns_and_dtypes_also_when_they_are_empty() -> None:
    for coding in (coded(), nothing()):
        for name, types in {"documents": DOCUMENTS, "codes": CODES, "segments": SEGMENTS}.items():
            frame = getattr(coding, name)
            assert {c: str(t) for c, t in frame.dtypes.items()} == types
        assert list(coding.people.columns)[: len(PEOPLE)] == list(PEOPLE)
    assert list(coded().people.columns) == [*PEOPLE, "age"]
    assert coded().people.loc["p2"].tolist() == ["", "", "", ""]


def test_segments_stand_in_the_order_of_documents_then_of_places_and_those_without_one_come_last() -> None:
    segments = coded().segments
    assert segments["document"].tolist() == ["first"] * 4 + ["second"]
    assert segments["start"].tolist() == [0, 3, 3, pd.NA, pd.NA]
    assert segments["code"].tolist()[:3] == ["Support", "Support", "Support::heard"]
    assert segments.index.tolist() == [0, 1, 2, 3, 4]


def test_a_code_above_another_is_there_though_no_book_named_it() -> None:
    codes = coded().codes
    assert codes.index.tolist() == ["Support", "Support::heard"]
    assert codes["parent"].tolist() == ["", "Support"]
    assert codes["name"].tolist() == ["Support", "heard"]
    assert ancestors("a::b::c") == ["a::b", "a"]
    assert under(["a", "ab", "a::b", "a::b::c"], "a") == ["a", "a::b", "a::b::c"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("third", "p1", "Support", "", None, None, ""), "1 segments are of no document"),
        (("first", "p3", "Support", "", None, None, ""), "1 segments are of no one known"),
        (("first", "p1", "Hope", "", None, None, ""), "1 segments have no code"),
        (("first", "p1", "Support", "", 3, None, ""), "1 segments have half a place"),
        (("first", "p1", "Support", "", 3, 2, ""), "1 segments end before they begin"),
    ],
)
def test_frames_that_do_not_hold_together_are_refused_with_counts(line: tuple, told: str) -> None:
    with pytest.raises(StageFailed, match=told):
        coded([line])


def test_a_document_is_whose_who_alone_was_there_and_speakers_were_there() -> None:
    there = pd.DataFrame({"document": ["second", "first", "first"], "participant": ["p2", "", "p1"]})
    second = pd.DataFrame(LINES[:1], columns=list(SEGMENTS))
    found = coding_of(DOCS.drop(columns="participant"), PEOPLE_, BOOK, second, there)
    assert found.attendance.to_numpy().tolist() == [["first", "p1"], ["second", "p2"]]
    assert found.documents["participant"].tolist() == ["p1", "p2"]
    both = coded([*LINES, ("first", "p2", "Support", "A", 1, 2, "")])
    assert both.attendance.to_numpy().tolist() == [["first", "p1"], ["first", "p2"], ["second", "p2"]]
    assert both.documents["participant"].tolist() == ["", "p2"]


def test_nothing_is_shown_by_accident() -> None:
    assert "made up" not in repr(coded()) and "p1" not in repr(coded())
