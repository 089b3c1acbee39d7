"""What models are called that have no title of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.models.check import check_models
from pipeline.models.declared import declared
from pipeline.study import Study

Make = Callable[..., Study]
WAVES = ("data: {file: made-up.csv, id: person}",
         "data: {file: made-up.csv, id: person, wave: w, waves: {1: Start, 2: Later}}")  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "called"),
    [
        ("wave: 1", "wave: 2", ("Age and score at Start", "Age and score at Later")),
        ("wave: 1", "adjust: [born]", ("Age and score at Start", "Age and score, all waves")),
        ("wave: 1, adjust: [born]", "wave: 1",
         ("Age and score, adjusted for born", "Age and score, without covariates")),
        ("wave: 1, clustering: gee", "wave: 1, adjust: [born]", ("Age and score, GEE", "Age and score")),
        ("wave: 2, mediator: born", "wave: 2", ("Age and score, by way of born", "Age and score")),
        ("wave: 2, effect: rate ratio", "wave: 2", ("Age and score, rate ratio", "Age and score")),
        ("mediator: born, interaction: false", "mediator: born, compare: [40, 50]",
         ("Age and score, no interaction", "Age and score")),
        ("mediator: born, mediator_at: 50", "mediator: born, mediator_at: 60",
         ("Age and score, mediator at 50", "Age and score, mediator at 60")),
        ("title: Mine", "wave: 2", ("Mine", "Age and score")),
        ("title: Age and score", "wave: 2", ("Age and score", "Age and score at Later")),
    ],
)  # fmt: skip
def test_models_of_one_exposure_and_outcome_are_told_apart(
    study: Make, first: str, second: str, called: tuple[str, str]
) -> None:
    both = {"one": f"{{outcome: score, exposure: age, {first}}}", "two": f"{{outcome: score, exposure: age, {second}}}"}
    made = study(swap=WAVES, other="{outcome: born, exposure: age}", **both)
    assert (declared(made, "one").title, declared(made, "two").title) == called
    assert declared(made, "other").title == "Age and born"
    assert check_models(made) == []


def test_of_three_alike_each_has_a_title_of_its_own(study: Make) -> None:
    base = "outcome: score, exposure: age"
    c = f"{{{base}, wave: 2, adjust: [born]}}"
    made = study(swap=WAVES, a=f"{{{base}, wave: 1}}", b=f"{{{base}, wave: 2}}", c=c)
    assert [declared(made, name).title for name in "abc"] == [
        "Age and score at Start, without covariates",
        "Age and score at Later, without covariates",
        "Age and score at Later, adjusted for born",
    ]


def test_what_nothing_tells_apart_and_titles_that_are_given_twice_are_mistakes(study: Make) -> None:
    made = study(
        a="{outcome: score, exposure: age}", b="{outcome: score, exposure: age}",
        c="{title: Same, outcome: score, exposure: born}", d="{title: Same, outcome: born, exposure: age}",
    )  # fmt: skip
    assert [str(m).partition("  ")[2] for m in check_models(made)] == [
        "models.b: is called as 'a' is, ‘Age and score’, and a reader can't tell them apart. "
        "Give one of the two a title: of its own.",
        "models.d.title: is called as 'c' is, ‘Same’, and a reader can't tell them apart. "
        "Give one of the two another title.",
    ]
