"""A question as a category and as a number of the same column: its mean and its answers are of the same people."""

from __future__ import annotations

import itertools

from tests.unit.disclosure.whole import cell, many, released, seen, written

VARIABLES = """
  site: {codes: {A: A, B: B}}
  trust: {type: ordered, codes: {1: Never, 2: Some, 3: Often, 4: Always}, missing: {blank: none}}
  number: {from: trust, type: number, range: 1-4, missing: {blank: none}}"""
LEVELS = ("Never", "Some", "Often", "Always")
ROWS = many(
    ("A", 1, 10), ("A", 2, 12), ("A", 3, 9), ("A", 4, 2), ("A", "", 6),
    ("B", 1, 11), ("B", 2, 12), ("B", 3, 14), ("B", 4, 7), ("B", "", 9),
)  # fmt: skip


def possible(answered: int, told: dict[str, float], mean: float | None) -> set[int]:
    """How many may have chosen the last answer."""
    choices = [[int(told[level])] if level in told else list(range(answered + 1)) for level in LEVELS[:3]]
    found = set()
    for some in itertools.product(*choices):
        last = answered - sum(some)
        total = sum(score * n for score, n in enumerate((*some, last), 1))
        if last >= 0 and told.get("Always", last) == last and (mean is None or abs(total / answered - mean) < 0.0501):
            found.add(last)
    return found


def test_a_mean_of_codes_gives_no_withheld_answer_back():
    """33 at A, of whom 12 and 9 gave the answers between, and 2.1 on average: two chose the last."""
    found = released(written(VARIABLES, "  t: {columns: site, rows: [trust, number]}"), "site trust", ROWS)
    assert found.withheld(cell("t", "trust", "Always", "site=A"))
    answered = {level: cell("t", "trust", level, "site=A") for level in LEVELS}
    mean = cell("t", "number", "", "site=A", "mean")
    assert max(possible(33, seen(found, answered), None if found.withheld(mean) else found.value(mean))) >= 5
    assert not found.withheld(cell("t", "number", statistic="mean"))


def test_who_did_not_answer_is_one_fact():
    """15 of all gave no number, and of those at B 12 no category: 3 at A."""
    rows = [(site, code) for site, code in ROWS if code] + many(("A", "", 3), ("B", "", 12))
    tables = "  t: {rows: [number]}\n  u: {columns: site, rows: [trust], overall: false}"
    found = released(written(VARIABLES, tables), "site trust", rows)
    assert found.withheld(cell("u", "trust", "Missing", "site=A"))
    told = {"all": cell("t", "number", "Missing"), "B": cell("u", "trust", "Missing", "site=B")}
    assert len(seen(found, told)) < 2
