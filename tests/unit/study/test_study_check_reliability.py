"""Reliability by group in a study file: what is wrong is told where it stands, all of it at once."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.instruments import check_scales
from tests.drawn import declared

HEAD = """
data:
  people: {file: a.csv, id: id}
  visits: {file: b.csv, id: v, parent: {people: who}}
variables:
  age: {type: number}
  arm: {codes: {1: Peer, 2: Usual}}
  kinds: {type: choices, codes: {1: Talk, 2: Rides}}
  mode: {in: visits, codes: {1: Talk, 2: Walk}}
scales:
"""
LINE = "  mood: {items: [a, b], range: 1-5, score: sum, max_missing: 0, reliability: {by: BY}}\n"


def wrong(line: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        declared(HEAD + line)
    return [str(m).split("  ", 1)[1] for m in caught.value.mistakes]


@pytest.mark.parametrize("by", ["arm", "[arm]"])
def test_a_category_is_in_order(by: str) -> None:
    study = declared(HEAD + LINE.replace("BY", by))
    assert study.scales["mood"].reliability.by == ("arm",)  # type: ignore[union-attr]
    assert check_scales(study) == []


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("amr", "there is no variable 'amr'. Did you mean 'arm'?"),
        ("age", "'age' is a number. This needs a category or an ordered variable; of a number, one that cuts it into "
                "bands."),
        ("kinds", "'kinds' is a set of choices. This needs a category or an ordered variable; of a number, one that "
                  "cuts it into bands."),
        ("mode", "'mode' belongs to visits, which is no parent of people. Name a variable of these people."),
        ("[arm, arm]", "'arm' is named twice. Name it once."),
    ],
)  # fmt: skip
def test_what_can_make_no_groups(by: str, said: str) -> None:
    assert wrong(LINE.replace("BY", by)) == [f"scales.mood.reliability.by: {said}"]


def test_one_item_has_none() -> None:
    line = LINE.replace("[a, b]", "[a]").replace("BY", "amr")
    assert wrong(line) == [
        "scales.mood.reliability: one item by itself has no reliability of this kind. Leave it out.",
        "scales.mood.reliability.by: there is no variable 'amr'. Did you mean 'arm'?",
    ]


def test_nor_has_an_algorithm() -> None:
    items = ", ".join(f"q{i}" for i in range(1, 10))
    part = "instrument: phq-9, algorithm: major depressive syndrome"
    line = f"  low: {{{part}, items: [{items}], reliability: {{by: arm}}}}"
    (mistake,) = check_scales(declared(HEAD + line))
    assert str(mistake).split("  ", 1)[1] == (
        "scales.low.reliability: an algorithm adds nothing up, so that its items have no reliability. Ask for it in "
        "the scale that has the sum."
    )
