"""The picture of a mediation: released numbers alone, words that stay on their paper and off each other."""

import dataclasses

import pytest

from pipeline.models.declared import Declared, Term
from pipeline.report.canvas import Canvas, text_width
from pipeline.report.figure_paths import paths_figure
from pipeline.results import Key
from tests.report_example import released_of

NUMBER = {
    name: Term(name, label, "number")
    for name, label in (("support", "Perceived support from anyone"), ("lonely", "Loneliness"), ("mood", "Low mood"))
}
MODEL = Declared(
    name="m", title="Support and mood", table="people", outcome=NUMBER["mood"], event="", exposure=NUMBER["support"],
    adjust=(), mediator=NUMBER["lonely"], effect="mean difference", wave="", cluster="", survey=False, randomised=False,
)  # fmt: skip
ARMS = dataclasses.replace(MODEL, exposure=Term("arm", "Arm", "category", ("Peer", "Group"), "Usual"))


def told(terms: dict[str, tuple[float | None, ...]], level: str = "") -> list[tuple[Key, float | None]]:
    return [
        (Key("mediation", "m", term, "" if term == "mediator to outcome" else level, "adjustment=unadjusted", s), value)
        for term, values in terms.items()
        for s, value in zip(("estimate", "ci_low", "ci_high"), values, strict=True)
    ]


SOME: dict[str, tuple[float | None, ...]] = {
    "exposure to mediator": (-0.45, -0.57, -0.32),
    "mediator to outcome": (1.15, 0.86, 1.44),
    "direct": (-0.41, -0.71, -0.11),
    "indirect": (-0.47, -0.63, -0.32),
    "total": (-0.88, -1.25, -0.52),
    "proportion mediated": (54, 35, 72),
}


def test_the_numbers_stand_in_the_words_beside_the_picture():
    figure = paths_figure(MODEL, released_of(told(SOME)))
    assert figure is not None and figure.name == "paths-m" and figure.data is None
    for words in ("Perceived support from anyone to Loneliness: −0.45 (−0.57 to −0.32)",
                  "Loneliness to Low mood: 1.15 (0.86 to 1.44)", "Direct −0.41 (−0.71 to −0.11)",
                  "Indirect −0.47 (−0.63 to −0.32). Total −0.88 (−1.25 to −0.52)."):  # fmt: skip
        assert words in figure.alt
    assert "need not be the product" in figure.caption


def test_each_level_has_a_panel_and_what_is_withheld_is_not_drawn():
    gone = {term: (None,) * 3 for term in SOME if term != "mediator to outcome"}
    numbers = dict([*told(SOME, "Peer"), *told(gone, "Group")])
    figure = paths_figure(ARMS, released_of(numbers.items()))
    assert figure is not None
    assert "Arm: Group against Usual to Loneliness: [c]" in figure.alt
    assert "Direct [c]. Indirect [c]. Total [c]." in figure.alt


def test_without_a_mediator_or_an_answer_there_is_no_picture():
    assert paths_figure(dataclasses.replace(MODEL, mediator=None), released_of(told(SOME))) is None
    assert paths_figure(MODEL, released_of([])) is None


@pytest.mark.parametrize("long", [False, True])
def test_words_stay_on_the_paper_and_off_each_other(monkeypatch, long):
    found = []
    draw = Canvas.text

    def text(self, x, y, words, size=12.5, color="", at="left", bold=False):
        wide = text_width(words, size, bold)
        left = x - {"left": 0, "center": wide / 2, "right": wide}[at]
        found.append((self, y, left, left + wide, words))
        draw(self, x, y, words, size, color or "#000000", at, bold)

    monkeypatch.setattr(Canvas, "text", text)
    numbers = {t: tuple(v and v * 12345.678 for v in values) for t, values in SOME.items()} if long else SOME
    assert paths_figure(MODEL, released_of(told(numbers)), "Made-up data, not for release")
    assert len({id(d[0]) for d in found}) == 2
    for canvas, y, left, right, words in found:
        assert left >= -0.5 and right <= canvas.width + 0.5 and 0 <= y <= canvas.height, words
        over = [d for d in found if d[0] is canvas and d[4] != words and abs(d[1] - y) < 8]
        assert all(d[3] < left or d[2] > right for d in over), words
