"""Missing answers of all questions together, beside those of single questions."""

from __future__ import annotations

import pytest

from pipeline.disclosure import release
from pipeline.results import Key, Number, Results
from pipeline.study import Release

EVERY = Key("quality", "answers_missing", "answers", "", "All", "percent")


def told(rule: str, missing: int) -> str:
    """What is printed of all questions: 100 people are asked two, 20 don't answer one, ``missing`` the other."""
    numbers = [Number(EVERY, (20 + missing) / 2, 100, 1)]
    for name, n in (("age", 20), ("mood", missing)):
        numbers += [Number(Key("quality", "missingness", name, "", "All", "n"), n, n),
                    Number(Key("quality", "missingness", name, "", "All", "denominator"), 100, 100),
                    Number(Key("quality", "missingness", name, "", "All", "percent"), n, n, 1)]  # fmt: skip
    return release(Results.of(numbers), Release(rule=rule)).text(EVERY)


def test_it_is_printed_where_every_question_s_are() -> None:
    assert told("journal", 10) == "15.0"


@pytest.mark.parametrize(
    ("rule", "missing"),
    [("journal", 2), ("acro", 9), ("cms", 10), ("opensafely", 10), ("nhs", 10), ("midpoint6", 10)],
)
def test_it_goes_where_a_question_s_are_withheld_or_rounded(rule: str, missing: int) -> None:
    """2 of 100 beside 20 of 100 is 11.0 % of all answers: 22 of 200, less the 20 that are printed."""
    assert told(rule, missing) == "[c]"
