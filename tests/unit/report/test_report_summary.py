"""The summary and the plot tell models apart, and what goes by way of a mediator."""

from __future__ import annotations

from pipeline.models.declared import declared
from pipeline.report.blocks import Listing
from pipeline.report.figure_estimates import estimates_figure, told_apart
from pipeline.report.summary import summary
from pipeline.results import Key
from pipeline.study import parse_study
from tests.report_example import released_of

STUDY = parse_study(
    """\
title: Made up
made_up: true
data: {file: people.csv, id: code}
design: {kind: cohort}
variables:
  support: {label: Support, type: number}
  lonely: {label: Loneliness, type: number}
  low: {label: Low mood, type: number}
models:
  plain: {title: First, outcome: low, exposure: support}
  through: {title: Second, outcome: low, exposure: support, mediator: lonely}
  other: {title: Third, outcome: lonely, exposure: support}
release: {rule: journal, below: 5}
""",
    "studies/x.yaml",
)


def said(indirect: tuple[float | None, ...] = (-0.5, -0.75, -0.25)) -> list[str]:
    ends = ("estimate", "ci_low", "ci_high")
    numbers: list[tuple[Key, float | None]] = [
        (Key("model", name, "support", "", "adjustment=unadjusted", end), value)
        for name in STUDY.models
        for end, value in zip(ends, (-1.25, -2.5, -0.25), strict=True)
    ]
    base = Key("mediation", "through", "indirect", "", "adjustment=unadjusted", "")
    numbers += [(base._replace(statistic=end), value) for end, value in zip(ends, indirect, strict=True)]
    released = released_of([*numbers, *((key._replace(statistic="p"), 0.04) for key, _ in numbers[::3])])
    blocks = list(summary(STUDY, released, {}))
    figure = estimates_figure(STUDY, released)
    assert figure is not None
    listing = blocks[-1]
    assert isinstance(listing, Listing)
    lines = ["".join(p if isinstance(p, str) else p.text for p in item) for item in listing.items]
    assert len(lines) == len(STUDY.models)
    return [*lines, figure.alt]


def test_models_of_the_same_exposure_and_outcome_begin_with_their_titles() -> None:
    first, second, third, plot = said()
    assert first.startswith("First: support, per unit: the mean difference in low mood was −1.25 (95% CI ")
    assert second.startswith("Second: support, per unit: the mean difference in low mood was −1.25 (95% CI ")
    assert third.startswith("Support, per unit: the mean difference in loneliness was ")
    alone = "Loneliness, mean difference. Support, per unit: "
    assert all(label in plot for label in ("Support, per unit (First): ", "Support, per unit (Second): ", alone))
    models = [declared(STUDY, name) for name in STUDY.models]
    assert len(set(told_apart(models[:2]).values())) == 2 and set(told_apart(models[1:]).values()) == {
        "Support, per unit"
    }


def test_of_a_mediation_it_tells_what_goes_by_way_of_the_mediator_where_that_is_printed() -> None:
    assert " (by way of loneliness: −0.50, 95% CI −0.75 to −0.25)" in said()[1]
    assert "by way" not in said()[0] and "by way" not in said((None, None, None))[1]
    assert " (by way of loneliness: −0.50, no interval)" in said((-0.5, None, None))[1]
