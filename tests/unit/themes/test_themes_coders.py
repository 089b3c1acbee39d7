"""Coders of made-up interviews held against one another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import StageFailed
from pipeline.themes.coders import decisions, disagreements, of_all, of_theme, pairs
from pipeline.themes.coding import Coding, coding_of


def coded(*rows: tuple[str, str, str, int | None, int | None], documents: str = "abcd") -> Coding:
    """Each row: document, coder, code, start, end. Every document is made up and is of a person of its own."""
    people = pd.DataFrame(index=pd.Index([f"p{d}" for d in documents], dtype="str"))
    texts = pd.DataFrame({"participant": [f"p{d}" for d in documents]}, index=pd.Index(list(documents), dtype="str"))
    segments = pd.DataFrame(rows, columns=["document", "coder", "code", "start", "end"])
    segments["participant"] = "p" + segments["document"]
    codes = pd.DataFrame(index=pd.Index(list(dict.fromkeys(segments["code"])), dtype="str"))
    return coding_of(texts, people, codes, segments)


TWO = coded(
    ("a", "ann", "trust", 0, 10), ("a", "bob", "trust", 0, 10),
    ("b", "ann", "trust", 0, 10), ("b", "bob", "money", 4, 9),
    ("c", "ann", "money", 3, 8), ("c", "bob", "money", 3, 8), ("c", "bob", "trust", 20, 30),
    ("d", "ann", "money", 1, 2),
)  # fmt: skip


def test_documents_that_two_worked_on_are_compared_theme_by_theme():
    found = decisions(TWO)
    assert (found.coders, found.left_out, len(found.units)) == (("ann", "bob"), 1, 3)
    trust = of_theme(found, "trust")  # ann: a, b; bob: a, c
    assert trust.percent.value == pytest.approx(1 / 3)
    assert trust.kappa.value == pytest.approx((1 / 3 - 5 / 9) / (1 - 5 / 9))
    assert (trust.table.pabak, trust.table.prevalence, trust.table.bias) == pytest.approx((-1 / 3, 1 / 3, 0))
    money = of_theme(found, "money")  # ann: c; bob: b, c
    assert money.percent.value == pytest.approx(2 / 3)
    whole = of_all(found)
    assert (whole.units, whole.percent.value) == (6, pytest.approx(3 / 6))
    assert pairs(found)["ann", "bob"].value == pytest.approx(whole.kappa.value)


def test_passages_are_units_where_both_could_have_marked_them():
    found = decisions(TWO, "segments")
    places = found.units[["document", "start", "end"]].astype(str).agg(" ".join, axis=1).tolist()
    assert places == ["a 0 10", "b 0 10", "b 4 9", "c 3 8", "c 20 30"]
    assert of_theme(found, "trust").percent.value == pytest.approx(3 / 5)  # b 0 10 and c 20 30 differ
    assert found.shared == pytest.approx(2 / 5)


def test_themes_gather_codes_and_all_that_stand_under_them():
    rows = [("a", "ann", "support::listening", 0, 5), ("a", "bob", "support::advice", 0, 5)]
    rows += [("b", "ann", "cost", 0, 5), ("b", "bob", "cost", 0, 5)]
    apart = decisions(coded(*rows))
    assert of_theme(apart, "support::listening").percent.value == 0.5
    together = decisions(coded(*rows), themes={"Being helped": ("support",), "Money": ("cost",)})
    assert of_theme(together, "Being helped").percent.value == 1
    assert together.themes == ("Being helped", "Money")


def test_a_coder_who_never_opened_a_document_did_not_say_no():
    rows = [(d, c, "trust", 0, 5) for d, c in (("a", "ann"), ("a", "bob"), ("a", "cat"), ("b", "ann"), ("b", "bob"))]
    rows += [("b", "bob", "money", 0, 5), ("c", "ann", "money", 0, 5)]
    found = decisions(coded(*rows))
    assert found.rated.tolist() == [[True, True, True], [True, True, False]]
    assert of_theme(found, "trust").percent.value == 1
    assert of_theme(found, "money").percent.value == pytest.approx((1 + 0) / 2)
    assert set(pairs(found)) == {("ann", "bob"), ("ann", "cat"), ("bob", "cat")}


def test_what_coders_differ_on_is_listed_for_them():
    listed = disagreements(decisions(TWO, "segments"))
    assert listed.drop(columns=["start", "end"]).to_numpy().tolist() == [
        ["b", "trust", "ann", "bob"], ["b", "money", "bob", "ann"], ["c", "trust", "bob", "ann"],
    ]  # fmt: skip
    assert disagreements(decisions(TWO))["start"].isna().all()


@pytest.mark.parametrize(
    ("coding", "on", "words"),
    [
        (
            coded(("a", "ann", "trust", 0, 5)),
            "documents",
            "agreement needs two coders or more, and the coded interviews name 1",
        ),
        (
            coded(("a", "ann", "trust", 0, 5), ("b", "bob", "trust", 0, 5)),
            "documents",
            "no document was worked on by two of the coders: agreement can't be known",
        ),
        (
            coded(("a", "ann", "trust", None, None), ("a", "bob", "trust", 0, 5)),
            "segments",
            "1 coded passages have no place in their text: compare on documents",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_says_so(coding, on, words):
    with pytest.raises(StageFailed, match="^" + words + "$"):
        decisions(coding, on)


def test_ten_thousand_passages_are_compared_as_one_by_one():
    rng = np.random.default_rng(8)
    rows = [
        (f"d{i % 20}", f"coder{rng.integers(3)}", f"code{rng.integers(6)}", int(10 * rng.integers(30)), 400)
        for i in range(600)
    ]
    coding = coded(*rows, documents=[f"d{i}" for i in range(20)])  # type: ignore[arg-type]
    found = decisions(coding, "segments")
    slow = {(d, s, code, coder) for d, coder, code, s, _ in rows}
    worked = {(d, coder) for d, coder, *_ in rows}
    for at in range(0, len(found.units), 37):
        unit = found.units.iloc[at]
        for t, theme in enumerate(found.themes):
            for c, coder in enumerate(found.coders):
                assert found.given[at, t, c] == ((unit["document"], unit["start"], theme, coder) in slow)
                assert found.rated[at, c] == ((unit["document"], coder) in worked)
