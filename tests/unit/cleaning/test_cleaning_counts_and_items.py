"""Counted columns, and the items of scales."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes, StageFailed
from pipeline.study.words import interval
from tests.drawn import cleaned, declared, drawn, refused

HELP = "count: [h1, h2, h3], except: 7"
LABELS = {c: {"1": "family", "3": "friend", "7": "no one", ".i": "not asked"} for c in ("h1", "h2", "h3")}
MARKED = {c: frozenset({".i", ".d"}) for c in ("h1", "h2", "h3")}
WIDE = "missing: {.i: not asked, .d: don't know}\n"


def test_counts_columns_answered_with_something_else_than_except() -> None:
    table = drawn(
        """
        id | h1 | h2 | h3
        a  | 1  | 3  | 7
        b  | 7  | 7  | 7
        c  | .i | .i | .i
        d  | .d | .i | .i
        e  | 1  | .d | 3
        """,
        value_labels=LABELS,
        user_missing=MARKED,
    )
    found = cleaned(WIDE + f"variables: {{help: {{{HELP}, max_missing: 0}}}}", people=table)
    assert found.responses["people"]["help"].fillna(-1).tolist() == [2, 0, -1, -1, -1]
    assert found.reasons["people"]["help"].tolist() == ["", "", "not asked", "don't know", "don't know"]
    lenient = cleaned(WIDE + f"variables: {{help: {{{HELP}, max_missing: 1}}}}", people=table)
    assert lenient.responses["people"]["help"].fillna(-1).tolist() == [2, 0, -1, -1, 2]


def test_only_known_codes_are_counted() -> None:
    table = drawn("id | h1 | h2 | h3\na | 1 | 3 | 99\nb | 1 | 1 | 1", value_labels=LABELS, user_missing=MARKED)
    message = refused(WIDE + f"variables: {{help: {{{HELP}, max_missing: 0}}}}", people=table)
    assert message == (
        "studies/made_up.yaml:2  variables.help: 1 cell holds codes that nobody declared: '99' (1 cell). "
        "Add them to codes or missing."
    )


def test_without_labels_whole_numbers_are_known_and_words_are_not() -> None:
    study = f"variables: {{help: {{{HELP}, max_missing: 0}}}}"
    assert cleaned(study, people="id | h1 | h2 | h3\na | 1 | 12 | 7").responses["people"]["help"].tolist() == [2]
    assert "1 cell holds codes that nobody declared" in refused(study, people="id | h1 | h2 | h3\na | 1 | x | 7")
    worded = "variables: {help: {count: [h1, h2], except: No, codes: {Yes: Yes, No: No}, max_missing: 0}}"
    assert cleaned(worded, people="id | h1 | h2\na | Yes | No\nb | No | No").responses["people"]["help"].tolist() == [
        1,
        0,
    ]


def test_the_commonest_reason_counts_and_of_equals_the_first() -> None:
    found = cleaned(
        "variables: {help: {count: [h1, h2, h3], max_missing: 0, missing: {8: refused, 9: don't know}}}",
        people="id | h1 | h2 | h3\na | 9 | 8 | 8\nb | 9 | 8 | 1\nc | 8 | 9 | 1",
    )
    assert found.reasons["people"]["help"].tolist() == ["refused", "don't know", "refused"]


ITEMS = "scales: {low: {items: [i1, i2], range: 1-4, score: sum, max_missing: 0"


def test_items_are_numbers_as_scored_and_not_yet_reversed() -> None:
    found = cleaned(
        ITEMS + ", coded: 0-3, reverse: [i2], missing: {9: skipped}}}",
        people="id | i1 | i2\na | 0 | 3\nb | 9 | 1",
    )
    assert found.responses["people"].fillna(-1).to_numpy().tolist() == [[1, 4], [-1, 2]]
    assert found.reasons["people"].to_numpy().tolist() == [["", ""], ["skipped", ""]]


def test_items_in_words() -> None:
    found = cleaned(ITEMS + ", codes: {never: 1, often: 4}}}", people="id | i1 | i2\na | never | often")
    assert found.responses["people"].to_numpy().tolist() == [[1, 4]]
    found = cleaned(ITEMS + ", coded: 0-3, codes: {never: 0, often: 3}}}", people="id | i1 | i2\na | never | often")
    assert found.responses["people"].to_numpy().tolist() == [[1, 4]]


def test_items_outside_their_range_stop_and_another_base_is_suggested() -> None:
    message = refused(ITEMS + "}}", people="id | i1 | i2\na | 0 | 3\nb | 0 | 1\nc | 2 | 0")
    assert message == (
        "studies/made_up.yaml:1  scales.low.range: 3 cells of 2 items lie outside 1-4: '0' (3 cells). "
        "All answers would fit 0-3: if the file counts so, say coded: 0-3. "
        "Otherwise: Declare codes among them under 'missing', like missing: {99: not answered}, "
        "or correct 'range' or 'coded'."
    )
    message = refused(ITEMS + ", coded: 0-3}}", people="id | i1 | i2\na | 4 | 3\nb | 1 | 2")
    assert "1 cell of 1 item lies outside 0-3: '4' (1 cell). All answers would fit 1-4" in message
    message = refused(ITEMS + "}}", people="id | i1 | i2\na | 0 | 4\nb | 1 | 2")
    assert "would fit" not in message


def test_one_mistake_for_all_items_of_a_scale() -> None:
    message = refused(ITEMS + "}}", people="id | i1 | i2\na | 9 |\nb | | 9\nc | | 1")
    assert message.splitlines()[0] == (
        "studies/made_up.yaml:1  scales.low: 3 cells of 2 items are blank, and nobody declared what that means. "
        "Add blank to 'missing' with its reason."
    )
    assert len(message.splitlines()) == 2


def test_an_instruments_range_comes_from_outside() -> None:
    study = declared("scales: {low: {instrument: made-up, items: [i1, i2]}}")
    people = "id | i1 | i2\na | 1 | 4"
    assert cleaned(study, {"low": dict.fromkeys(("i1", "i2"), interval("1-4"))}, people=people).responses[
        "people"
    ].to_numpy().tolist() == [[1, 4]]
    with pytest.raises(StageFailed, match="scale low: no range of its items was given"):
        cleaned(study, people=people)


def test_another_base_is_as_wide_as_the_instruments() -> None:
    study = declared("scales: {low: {instrument: made-up, items: [i1, i2], coded: 0-4}}")
    with pytest.raises(
        Mistakes, match="scales.low.coded: 0-4 and the items' 1-4 are not equally wide. Only the base may"
    ):
        cleaned(study, {"low": dict.fromkeys(("i1", "i2"), interval("1-4"))}, people="id | i1 | i2\na | 1 | 4")


def test_two_scales_may_share_an_item() -> None:
    found = cleaned(
        """
        scales:
          one: {items: [i1, i2], range: 1-4, score: sum, max_missing: 0}
          two: {items: [i2, i3], range: 1-4, score: sum, max_missing: 0}
        """,
        people="id | i1 | i2 | i3\na | 1 | 2 | 3",
    )
    assert list(found.responses["people"]) == ["i1", "i2", "i3"]
