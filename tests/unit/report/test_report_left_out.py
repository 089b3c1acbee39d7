"""Models without each cluster: the sentence and the picture say what was released, and nothing that was not."""

import dataclasses
import math

import pytest

from pipeline.models.declared import declared
from pipeline.report.figure_left_out import left_out_figure
from pipeline.report.left_out_told import left_out, with_left_out
from pipeline.results import Key
from tests.report_example import a_study, released_of

STUDY = a_study()
MODEL = declared(STUDY, "lonely")
WHOLE = (-0.45, -0.71, -0.19)
NAN = math.nan
Triple = tuple[float | None, float | None, float | None]


def told(_whole: Triple = WHOLE, **without: Triple):  # type: ignore[no-untyped-def]
    numbers = [("adjustment=adjusted", _whole)]
    numbers += [(f"adjustment=adjusted;without={name.replace('_', ' + ')}", some) for name, some in without.items()]  # type: ignore[misc]
    return released_of(
        (Key("model", "lonely", "support", "", group, statistic), value)
        for group, values in numbers
        for statistic, value in zip(("estimate", "ci_low", "ci_high"), values, strict=True)
    )


def said(**without: Triple) -> tuple[str, bool]:
    released = told(**without)
    (sentence,) = with_left_out(STUDY, released, {})["lonely"]
    return released.say(sentence), sentence.caveat


NEAR: Triple = (-0.4, -0.7, -0.1)
ALIKE: Triple = (-0.5, -0.8, -0.2)


def test_the_range_is_told_with_the_programmes_at_its_ends() -> None:
    assert said(North=NEAR, South=ALIKE, West_East=(-0.42, -0.7, -0.1)) == (
        "Without one programme at a time the adjusted estimate lies between −0.50 (without South) and −0.40 (without "
        "North), inside the interval of all together.",
        False,
    )


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        ((0.1, -0.3, 0.5), "without West alone it turns its direction"),
        ((-0.1, -0.3, 0.1), "without West alone it lies outside the interval of all together"),
        ((-0.9, -1.3, -0.5), "without West alone it lies outside the interval of all together"),
    ],
)
def test_a_programme_that_alone_makes_the_estimate_is_a_caveat(moved: Triple, words: str) -> None:
    text, caveat = said(North=NEAR, South=ALIKE, West=moved)
    assert text.endswith(f"; {words}.") and caveat and "inside" not in text


def test_of_ratios_no_effect_is_one() -> None:
    study = a_study()
    ratio = dataclasses.replace(MODEL, effect="odds ratio")
    numbers = {"adjustment=adjusted": (1.4, 1.1, 1.9), "adjustment=adjusted;without=North": (0.8, 0.5, 1.3),
               "adjustment=adjusted;without=South": (1.5, 1.1, 2.0)}  # fmt: skip
    released = released_of(
        (Key("model", "lonely", "support", "", group, statistic), value)
        for group, values in numbers.items()
        for statistic, value in zip(("estimate", "ci_low", "ci_high"), values, strict=True)
    )
    from pipeline.report.left_out_told import _said

    (some,) = left_out(ratio, released)
    sentence = _said(study, ratio, some, released)
    assert sentence is not None and "without North alone it turns its direction" in sentence.template


def test_what_is_withheld_is_not_put_into_words() -> None:
    gone: Triple = (None, None, None)
    text, caveat = said(North=gone, South=gone, West=gone)
    assert text == "Whether one programme alone makes the adjusted estimate: what it is without each is withheld."
    assert not caveat
    assert left_out_figure(STUDY, MODEL, told(North=gone, South=gone, West=gone)) is None
    assert with_left_out(STUDY, told(), {}) == {}
    assert left_out_figure(STUDY, MODEL, told()) is None


def test_a_programme_without_which_there_is_no_answer_is_told() -> None:
    text, _ = said(North=NEAR, South=ALIKE, West=(NAN, NAN, NAN))
    assert text.endswith("; without West there is no estimate.")


def test_the_picture_has_a_row_a_programme_and_its_numbers_in_words() -> None:
    figure = left_out_figure(STUDY, MODEL, told(North=NEAR, South=ALIKE, West_East=(None, None, None)), "Made-up data")
    assert figure is not None and figure.name == "left-out-lonely" and figure.data is not None
    for words in ("All programmes: −0.45 (−0.71 to −0.19)", "Without North: −0.40 (−0.70 to −0.10)",
                  "Without West + East: withheld"):  # fmt: skip
        assert words in figure.alt
    assert "Small ones are left out together." in figure.caption and "Dotted" in figure.caption
    assert [row.cells for row in figure.data.rows][-1] == ("[c]", "[c]", "[c]")
    again = left_out_figure(STUDY, MODEL, told(North=NEAR, South=ALIKE, West_East=(None, None, None)), "Made-up data")
    assert again is not None and again.picture.svg == figure.picture.svg


@pytest.mark.parametrize(
    ("whole", "refits", "words", "heard"),
    [
        (WHOLE, NEAR, "with its 95% confidence interval, without one programme at a time. The line", "with 95%"),
        (WHOLE, (-0.3, NAN, NAN), "of all together with its 95% confidence interval, and without one programme at a "
         "time with none. The line", "with 95%"),
        (WHOLE, (-0.3, None, None), "of all together with its 95% confidence interval, and without one programme at a "
         "time with none. The line", "with 95%"),
        ((-0.45, NAN, NAN), (-0.3, NAN, NAN), "without one programme at a time; none has a confidence interval. The "
         "line", "without"),
        ((-0.45, -math.inf, math.inf), (-0.3, NAN, NAN), "of all together with its 95% confidence interval, and",
         "with 95%"),
    ],
)  # fmt: skip
def test_the_caption_tells_of_intervals_only_where_there_are_some(
    whole: Triple, refits: Triple, words: str, heard: str
) -> None:
    figure = left_out_figure(STUDY, MODEL, told(_whole=whole, North=refits, South=refits))
    assert figure is not None and f"mean difference {words}" in figure.caption.replace("adjusted ", "", 1)
    assert figure.alt.startswith(f"Estimates {heard} confidence intervals, without clusters. ")


def test_a_refit_without_an_interval_is_a_point_and_the_caption_says_why() -> None:
    """The range is told of its estimate all the same."""
    bare: Triple = (-0.3, NAN, NAN)
    with_all = left_out_figure(STUDY, MODEL, told(North=NEAR, South=ALIKE))
    figure = left_out_figure(STUDY, MODEL, told(North=NEAR, South=bare))
    assert figure is not None and with_all is not None and figure.data is not None
    assert "Without South: −0.30 (no interval)" in figure.alt and "Dotted" not in figure.caption
    why = ("A point alone has no interval that could be relied on: without that programme a side of the comparison "
           "stands in one programme, fewer than 4 degrees of freedom are left")  # fmt: skip
    assert why in figure.caption and "A point alone" not in with_all.caption
    assert b"nan" not in figure.picture.svg.lower()
    gone = left_out_figure(STUDY, MODEL, told(North=NEAR, South=(None, None, None)))
    assert gone is not None and "A point alone" not in gone.caption
    assert "−0.30 (without South)" in said(North=NEAR, South=bare)[0]
