"""What must hold of any coders: their order and their names say nothing, and who is alike agrees wholly."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.cleaned import RULES, Ledger
from pipeline.study.compared import AgreementSpec
from pipeline.themes.agreed import comparison, numbers
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding import coding_of

NO_FRAME = pd.DataFrame()
Given = list[list[list[bool]]]
"""By document, coder and code."""


def cleaned(given: Given, coders: list[str], codes: list[str]) -> CleanedCoding:
    """Made-up documents of a person each; every coder also gives ``read``."""
    rows = [(f"d{d}", coders[c], code) for d, one in enumerate(given) for c, flags in enumerate(one)
            for code, there in [("read", True), *zip(codes, flags, strict=True)] if there]  # fmt: skip
    segments = pd.DataFrame(rows, columns=["document", "coder", "code"])
    segments["participant"] = "p" + segments["document"]
    documents = [f"d{d}" for d in range(len(given))]
    texts = pd.DataFrame({"participant": [f"p{d}" for d in documents]}, index=pd.Index(documents, dtype="str"))
    people = pd.DataFrame(index=pd.Index(texts["participant"].tolist(), dtype="str"))
    book = pd.DataFrame(index=pd.Index(["read", *codes], dtype="str"))
    ledger = Ledger(NO_FRAME, pd.DataFrame(columns=RULES))
    return CleanedCoding(coding_of(texts, people, book, segments), NO_FRAME, ledger, NO_FRAME)


def told(given: Given, coders: list[str], codes: list[str], asked: AgreementSpec) -> dict[tuple[str, ...], str]:
    """Every number but those of two coders, who are numbered, to nine digits."""
    made = numbers(comparison(cleaned(given, coders, codes), asked, "codes"), asked)
    return {(n.key.term, n.key.level, n.key.statistic): f"{round(n.value, 9) + 0.0:.9f} {n.people}"  # no -0
            for n in made if n.key.term != "pair"}  # fmt: skip


def drawn(coders: int) -> st.SearchStrategy[Given]:
    flags = st.lists(st.booleans(), min_size=2, max_size=2)
    return st.lists(st.lists(flags, min_size=coders, max_size=coders), min_size=2, max_size=8)


@given(drawn(3), st.permutations([0, 1, 2]), st.booleans())
@settings(deadline=None, max_examples=12)
def test_neither_the_order_nor_the_names_of_coders_matter(
    given_codes: Given, order: list[int], how_often: bool
) -> None:
    asked = AgreementSpec(how_often=how_often)
    names = ["ann", "bob", "cat"]
    moved = [[one[at] for at in order] for one in given_codes]
    assert told(given_codes, names, ["x", "y"], asked) == told(moved, ["zed", "Ümit", "a b"], ["x", "y"], asked)


@given(drawn(2))
@settings(deadline=None, max_examples=12)
def test_names_of_codes_are_names_alone(given_codes: Given) -> None:
    asked = AgreementSpec()
    named = told(given_codes, ["ann", "bob"], ["x", "y"], asked)
    words = {"x": "Being heard", "y": "a::b"}
    renamed = told(given_codes, ["ann", "bob"], [words["x"], words["y"]], asked)
    assert {(term, words.get(level, level), s): value for (term, level, s), value in named.items()} == renamed


@given(st.lists(st.lists(st.booleans(), min_size=2, max_size=2), min_size=2, max_size=8), st.integers(2, 4))
@settings(deadline=None, max_examples=12)
def test_coders_who_are_alike_agree_wholly(flags: list[list[bool]], coders: int) -> None:
    asked = AgreementSpec(measures=("percent", "fleiss", "krippendorff", "ac1"))
    names = [f"coder {n}" for n in range(coders)]
    made = told([[one] * coders for one in flags], names, ["x", "y"], asked)
    for (term, level, statistic), value in made.items():
        given_so = {one[["x", "y"].index(level)] for one in flags} if level in ("x", "y") else {True}
        if statistic == "percent":
            assert value.startswith("100.0")
        if statistic in ("fleiss", "krippendorff", "ac1") and term == "theme" and level != "read":
            assert value.startswith("1.0" if len(given_so) == 2 or statistic == "ac1" else "nan")
